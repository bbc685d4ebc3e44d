package strata.policy.prefetch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.Uid;
import strata.policy.language.Policy;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Asks for the priors of those who are expected soon, and takes back what nobody is expected for
 * any more. Each run looks at all that are due; a study that is asked for already changes nothing.
 * Thread-safe.
 */
public final class Prefetch {
    private static final Logger LOG = LoggerFactory.getLogger(Prefetch.class);
    private static final String HOT = "hot";

    private final AppointmentBook book;
    private final PriorSource priors;
    private final Supplier<Policy> policy;
    private final Supplier<TierFacts> tiers;
    private final Recalls recalls;
    private final PrefetchOptions options;
    private final Metrics.Counter asked;
    private final Metrics.Counter withdrawn;
    private final Metrics.Counter failures;
    private final Map<String, Set<Uid>> wanted = new HashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private final Executor executor;
    private boolean told;

    /** Finds the studies of a patient. */
    @FunctionalInterface
    public interface PriorSource {
        List<StudyFacts> of(Appointment appointment) throws IOException;
    }

    /** @param executor looks at what was announced, soon after it */
    public Prefetch(
            AppointmentBook book,
            PriorSource priors,
            Supplier<Policy> policy,
            Supplier<TierFacts> tiers,
            Recalls recalls,
            PrefetchOptions options,
            Executor executor,
            Metrics metrics) {
        this.executor = executor;
        this.book = book;
        this.priors = priors;
        this.policy = policy;
        this.tiers = tiers;
        this.recalls = recalls;
        this.options = options;
        this.asked = metrics.counter(
                "strata_prefetch_studies_asked_total",
                "Priors that were asked back because a patient is expected");
        this.withdrawn = metrics.counter(
                "strata_prefetch_studies_withdrawn_total",
                "Priors that were asked back and for which nobody is expected any more");
        this.failures = metrics.counter(
                "strata_prefetch_failures_total",
                "Expected examinations whose priors could not be asked for; tried again");
    }

    /** One look at everything that is due; on failure the others are looked at all the same. */
    public synchronized void run(Instant now) {
        Policy rules = policy.get();
        if (!ChoosePriors.any(rules, HOT)) {
            if (!told && !book.dueUntil(now.plus(options.ahead())).isEmpty()) {
                told = true;
                LOG.warn("patients are expected, and no rule of the policy prefetches");
            }
            return;
        }
        book.forgetOver(now);
        Set<String> due = new HashSet<>();
        for (Appointment each : book.dueUntil(now.plus(options.ahead()))) {
            due.add(each.key());
            try {
                wanted.put(each.key(), ask(rules, each, now));
            } catch (IOException e) {
                failures.increment();
                LOG.warn("priors of {} cannot be asked for now: {}", each, e.getMessage());
            }
        }
        for (String gone : List.copyOf(wanted.keySet())) {
            if (!due.contains(gone)) {
                end(gone);
            }
        }
    }

    private Set<Uid> ask(Policy rules, Appointment each, Instant now) throws IOException {
        Set<Uid> before = wanted.getOrDefault(each.key(), Set.of());
        Set<Uid> studies = new TreeSet<>(before);
        for (Prior prior : ChoosePriors.of(rules, HOT, each, priors.of(each), tiers.get(), now)) {
            boolean comes = recalls.ask(prior.study(), each.due());
            studies.add(prior.study());
            if (comes && !before.contains(prior.study())) {
                asked.increment();
                LOG.info(
                        "study {} comes back for an examination at {} by rule {}",
                        prior.study(),
                        each.due(),
                        prior.rule());
            }
        }
        return studies;
    }

    /** An examination was announced, changed or called off; it is looked at soon. Does not wait. */
    public void changed(String key, Supplier<Instant> now) {
        boolean first;
        synchronized (changed) {
            first = changed.isEmpty();
            changed.add(key);
        }
        if (first) {
            executor.execute(() -> catchUp(now.get()));
        }
    }

    private void catchUp(Instant now) {
        List<String> keys;
        synchronized (changed) {
            keys = List.copyOf(changed);
            changed.clear();
        }
        keys.forEach(key -> look(key, now));
    }

    private synchronized void look(String key, Instant now) {
        Optional<Appointment> appointment = book.find(key);
        Policy rules = policy.get();
        if (appointment.isEmpty()
                || appointment.get().due().isAfter(now.plus(options.ahead()))
                || !ChoosePriors.any(rules, HOT)) {
            end(key);
            return;
        }
        try {
            wanted.put(key, ask(rules, appointment.get(), now));
        } catch (IOException e) {
            failures.increment();
            LOG.warn("priors of {} are asked for later: {}", appointment.get(), e.getMessage());
        }
    }

    /** Takes back what was asked for one examination and no other wants. */
    private void end(String key) {
        Set<Uid> studies = wanted.remove(key);
        if (studies == null) {
            return;
        }
        for (Uid study : studies) {
            if (wanted.values().stream().noneMatch(each -> each.contains(study))) {
                try {
                    recalls.withdraw(study);
                    withdrawn.increment();
                } catch (IOException e) {
                    // It is given up after its deadline in any case.
                    LOG.warn("the recall of study {} is not taken back: {}", study, e.getMessage());
                }
            }
        }
    }
}
