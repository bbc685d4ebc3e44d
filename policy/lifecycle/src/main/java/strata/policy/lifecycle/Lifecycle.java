package strata.policy.lifecycle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.Printable;
import strata.base.Uid;
import strata.policy.language.Facts;
import strata.policy.language.Policy;
import strata.policy.language.Rule;
import strata.policy.language.RuleAction;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs the policy: takes facts, plans, carries the plan out, again and again. One cycle at a time,
 * its actions one after the other. A study whose action fails does not stop the others; it is left
 * out of plans for a pause that doubles with each failure. Thread-safe.
 *
 * <p>The clock given decides for rules, pauses and rates.
 */
public final class Lifecycle implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    /**
     * The schedule rests for so many times as long as planning took: it costs at most a twentieth.
     */
    private static final int REST = 19;

    /** What is to be routed must not wait until all that moves by night has moved. */
    private static final Duration LONGEST_WITH_ROUTES = Duration.ofMinutes(1);

    private final StudySource source;
    private final LifecycleActions actions;
    private final Clock clock;
    private final LifecycleOptions options;
    private final Parking parking;
    private final Agenda agenda;
    private final RateLedger rates = new RateLedger();
    private final LifecycleMetrics metrics;
    private final ReentrantLock cycle = new ReentrantLock();
    private volatile Policy policy;
    private volatile boolean stopping;
    private volatile long planNanos;
    private volatile Optional<CycleReport> lastReport = Optional.empty();
    private ScheduledFuture<?> schedule;

    public Lifecycle(
            Policy policy,
            StudySource source,
            LifecycleActions actions,
            Clock clock,
            LifecycleOptions options,
            Metrics metrics) {
        this.policy = policy;
        this.source = source;
        this.actions = actions;
        this.clock = clock;
        this.options = options;
        this.parking = new Parking(options.firstPause(), options.longestPause());
        this.agenda = new Agenda(source, options.passEvery());
        this.metrics = new LifecycleMetrics(metrics, parking);
    }

    /** The policy in effect. */
    public Policy policy() {
        return policy;
    }

    /** Puts another policy into effect, from the next cycle on. */
    public void policy(Policy next) {
        policy = next;
        LOG.info(
                "policy {} with {} rules takes effect",
                Printable.of(next.file()),
                next.rules().size());
    }

    /** The report of the last cycle since the start that ended. */
    public Optional<CycleReport> lastReport() {
        return lastReport;
    }

    /**
     * Starts running cycles on the executor, the first at once; a cycle that fails is logged and
     * the next one comes all the same.
     */
    public synchronized void start(ScheduledExecutorService executor) {
        if (schedule != null) {
            throw new IllegalStateException("the lifecycle runs already");
        }
        schedule = executor.schedule(() -> scheduledCycle(executor), 0, TimeUnit.MILLISECONDS);
    }

    /** Ends the schedule; a cycle under way ends after its current action, and is waited for. */
    @Override
    public void close() {
        stopping = true;
        synchronized (this) {
            if (schedule != null) {
                schedule.cancel(false);
            }
        }
        cycle.lock();
        try {
            agenda.close();
        } catch (IOException e) {
            LOG.warn("the pass over the studies did not close: {}", e.toString());
        } finally {
            cycle.unlock();
        }
    }

    private void scheduledCycle(ScheduledExecutorService executor) {
        try {
            runDue();
        } catch (IOException | RuntimeException e) {
            LOG.error("a lifecycle cycle failed; the next one tries again", e);
        } finally {
            scheduleNext(executor);
        }
    }

    /** After the interval, or later when planning takes long: it goes through all studies. */
    private synchronized void scheduleNext(ScheduledExecutorService executor) {
        if (stopping) {
            return;
        }
        long pause = Math.max(options.interval().toNanos(), REST * planNanos);
        try {
            schedule =
                    executor.schedule(() -> scheduledCycle(executor), pause, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("no further cycle, the timer is stopping");
        }
    }

    /** Plans for now and does nothing. */
    public Plan dryRun(Policy candidate) throws IOException {
        cycle.lock();
        try {
            return plan(candidate, clock.instant(), new long[1]);
        } finally {
            cycle.unlock();
        }
    }

    /** What a policy would change in the next cycle. Looks at every study and does nothing. */
    public PolicyComparison compare(Policy candidate) throws IOException {
        cycle.lock();
        try {
            Instant now = clock.instant();
            TierFacts tiers = source.tiers();
            RetentionChange kept = new RetentionChange(policy, candidate);
            PlanLimits limits = new PlanLimits(options.actionsPerKind(), Map.of());
            try (StudySource.Studies before = source.studies(policy);
                    StudySource.Studies after = source.studies(candidate);
                    StudySource.Studies deleted = source.deleted()) {
                Plan current = Planner.plan(unbounded(policy), before, tiers, now, limits);
                Plan next = Planner.plan(
                        unbounded(candidate),
                        after,
                        tiers,
                        now,
                        limits,
                        (study, again, waits) -> kept.add(new Facts(study, tiers, now)));
                // What is deleted and only retention keeps from the purge counts too.
                deleted.forEachRemaining(study -> kept.add(new Facts(study, tiers, now)));
                return PolicyComparison.of(current, next, kept);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        } finally {
            cycle.unlock();
        }
    }

    /** A rule that acts at night does what it does, also when it is asked by day. */
    private static Policy unbounded(Policy rules) {
        return new Policy(
                rules.file(),
                rules.digest(),
                rules.rules().stream().map(Rule::unbounded).toList());
    }

    /**
     * Plans over every study and carries out one cycle; waits for one that is under way.
     *
     * @throws IOException when the facts could not be had; what was done before stays done
     */
    public CycleReport runOnce() throws IOException {
        return cycle(true);
    }

    /** As {@link #runOnce} of the studies that changed or fell due, see {@link Agenda}. */
    public CycleReport runDue() throws IOException {
        return cycle(false);
    }

    private CycleReport cycle(boolean whole) throws IOException {
        cycle.lock();
        boolean done = false;
        long startNanos = System.nanoTime();
        try {
            Instant now = clock.instant();
            long[] parked = new long[1];
            Plan plan = whole ? plan(policy, now, parked) : planDue(now, parked);
            planNanos = System.nanoTime() - startNanos;
            metrics.planned(plan);
            long mostNanos = whole || !routes() ? Long.MAX_VALUE : LONGEST_WITH_ROUTES.toNanos();
            CycleReport report =
                    new CycleReport(now, plan, run(plan, startNanos, mostNanos), parked[0]);
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            metrics.cycleDone(seconds, clock.millis() / 1e3);
            log(report, seconds);
            lastReport = Optional.of(report);
            done = true;
            return report;
        } finally {
            if (!done) {
                metrics.cycleFailed();
                agenda.failed();
            }
            cycle.unlock();
        }
    }

    private Plan planDue(Instant now, long[] parked) throws IOException {
        PlanLimits limits = new PlanLimits(options.actionsPerKind(), rates.budgets(policy, now));
        TierFacts tiers = source.tiers();
        try {
            Iterator<StudyFacts> looks = agenda.studies(policy, tiers, now, limits.budgets());
            Iterator<StudyFacts> free = new NotParked(looks, now, parked);
            return Planner.plan(policy, free, tiers, now, limits, agenda::looked);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Explains one study; empty when it is not known. */
    public Optional<Explanation> explain(Uid study) throws IOException {
        Optional<StudyFacts> facts = source.study(study);
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Explanation explanation = Explainer.explain(policy, facts.get(), source.tiers(), now)
                .routing(peer -> actions.routing(study, peer));
        return Optional.of(parking.waiting(study, now)
                .map(p -> explanation.parkedBy(block(p)))
                .orElse(explanation));
    }

    private static Block block(Parking.Parked parked) {
        String why = String.format(
                "failed %d times, last with %s; tried again from %s",
                parked.failures(), parked.reason(), parked.until());
        return new Block(Block.Cause.PARKED, why, Optional.of(parked.until()));
    }

    private Plan plan(Policy rules, Instant now, long[] parked) throws IOException {
        PlanLimits limits = new PlanLimits(options.actionsPerKind(), rates.budgets(rules, now));
        try (StudySource.Studies studies = source.studies(rules)) {
            Iterator<StudyFacts> due = new NotParked(studies, now, parked);
            return Planner.plan(rules, due, source.tiers(), now, limits);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private boolean routes() {
        return policy.rules().stream()
                .flatMap(rule -> rule.actions().stream())
                .anyMatch(action -> action instanceof RuleAction.Route);
    }

    /** What is not begun within the time is planned again in the next cycle. */
    private List<CycleReport.Step> run(Plan plan, long startNanos, long mostNanos) {
        List<CycleReport.Step> steps = new ArrayList<>();
        Set<Uid> failed = new HashSet<>();
        for (Action action : plan.actions()) {
            boolean left = stopping
                    || failed.contains(action.study())
                    || System.nanoTime() - startNanos > mostNanos;
            CycleReport.Step step = left
                    ? new CycleReport.Step(
                            action, CycleReport.Outcome.NOT_RUN, Optional.empty(), "")
                    : run(action);
            if (step.outcome() == CycleReport.Outcome.FAILED) {
                failed.add(action.study());
            }
            switch (step.outcome()) {
                case DONE, SKIPPED -> {}
                case NOT_RUN, FAILED -> agenda.at(action.study(), again(action.study()));
            }
            metrics.step(step);
            steps.add(step);
        }
        steps.stream()
                .filter(s -> s.outcome() == CycleReport.Outcome.DONE)
                .map(s -> s.action().study())
                .filter(study -> !failed.contains(study))
                .forEach(parking::succeeded);
        return steps;
    }

    private Instant again(Uid study) {
        Instant now = clock.instant();
        return parking.waiting(study, now).map(Parking.Parked::until).orElse(now);
    }

    private CycleReport.Step run(Action action) {
        try {
            ActionResult result = carryOut(action);
            CycleReport.Outcome outcome = switch (result) {
                case DONE -> CycleReport.Outcome.DONE;
                case ALREADY, QUEUED, PENDING, REFUSED -> CycleReport.Outcome.SKIPPED;
            };
            if (result == ActionResult.DONE || result == ActionResult.QUEUED) {
                rates.charge(action.reason().rule(), action.bytes(), clock.instant());
                LOG.info(
                        "{} of study {} {} {} by {}",
                        action.kind().label(),
                        action.study(),
                        action.place(),
                        result == ActionResult.DONE ? "done" : "queued",
                        action.reason());
            }
            return new CycleReport.Step(action, outcome, Optional.of(result), "");
        } catch (IOException | RuntimeException e) {
            Parking.Parked parked =
                    parking.failed(action.study(), clock.instant(), e.getClass().getSimpleName());
            LOG.warn(
                    "{} of study {} {} failed for the {}. time, tried again from {}",
                    action.kind().label(),
                    action.study(),
                    action.place(),
                    parked.failures(),
                    parked.until(),
                    e);
            return new CycleReport.Step(
                    action,
                    CycleReport.Outcome.FAILED,
                    Optional.empty(),
                    String.valueOf(e.getMessage()));
        }
    }

    private ActionResult carryOut(Action action) throws IOException {
        if (action instanceof Action.Place place) {
            return actions.place(place.study(), place.tier(), place.profile());
        }
        if (action instanceof Action.Route route) {
            return actions.route(route.study(), route.peer());
        }
        if (action instanceof Action.Replicate replicate) {
            return actions.replicate(replicate.study(), replicate.site());
        }
        if (action instanceof Action.Release release) {
            return actions.release(release.study(), release.tier(), release.requires());
        }
        Action.Expire expire = (Action.Expire) action;
        return actions.release(expire.study(), expire.tier(), expire.requires());
    }

    private static void log(CycleReport report, double seconds) {
        if (!report.steps().isEmpty()) {
            LOG.info(
                    "lifecycle cycle over {} studies in {} s: {} done, {} skipped, {} failed,"
                            + " {} not run; {} studies parked, deferred {}",
                    report.plan().studies(),
                    String.format(java.util.Locale.ROOT, "%.3f", seconds),
                    report.count(CycleReport.Outcome.DONE),
                    report.count(CycleReport.Outcome.SKIPPED),
                    report.count(CycleReport.Outcome.FAILED),
                    report.count(CycleReport.Outcome.NOT_RUN),
                    report.studiesParked(),
                    report.plan().deferred());
        }
    }

    /** The studies that do not wait after a failure. */
    private final class NotParked implements Iterator<StudyFacts> {
        private final Iterator<StudyFacts> all;
        private final Instant now;
        private final long[] parked;
        private StudyFacts next;

        NotParked(Iterator<StudyFacts> all, Instant now, long[] parked) {
            this.all = all;
            this.now = now;
            this.parked = parked;
        }

        @Override
        public boolean hasNext() {
            while (next == null && all.hasNext()) {
                StudyFacts candidate = all.next();
                Optional<Parking.Parked> waiting = parking.waiting(candidate.uid(), now);
                if (waiting.isPresent()) {
                    agenda.at(candidate.uid(), waiting.get().until());
                    parked[0]++;
                } else {
                    next = candidate;
                }
            }
            return next != null;
        }

        @Override
        public StudyFacts next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            StudyFacts found = next;
            next = null;
            return found;
        }
    }
}
