package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.CopyPlace;
import strata.policy.language.Facts;
import strata.policy.language.Outcome;
import strata.policy.language.Policy;
import strata.policy.language.Rule;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which studies a cycle looks at, so that it costs in proportion to what happened and not to the
 * archive: those that changed, those for which a time has come, the first in the order of a tier
 * that is above its mark, some of those that wait together for room or for a rule's window or rate,
 * and a slice of the pass over all studies that runs after the start, after another policy, when a
 * condition on tiers or time alone turned, and each day in case something was missed.
 *
 * <p>Derived and in memory: about 300 bytes for each study. For one thread at a time, but
 * {@link #changed}.
 */
final class Agenda implements Closeable {
    /** Most studies of each kind that one cycle looks at. */
    static final int MOST_LOOKS = 5_000;

    /** How much of a pass one cycle does. */
    static final int SLICE = 20_000;

    private final StudySource source;
    private final Duration passEvery;
    private final WaitingLines lines = new WaitingLines();
    private final Set<Uid> changes = ConcurrentHashMap.newKeySet();
    private final Map<Uid, Due> dueOf = new HashMap<>();
    private final TreeSet<Due> due =
            new TreeSet<>(Comparator.comparing(Due::at).thenComparing(Due::study));
    private final List<ReleaseQueue> queues = new ArrayList<>();
    private Policy policy;
    private List<List<Outcome>> shared = List.of();
    private final Set<Uid> changedInPass = new HashSet<>();
    private StudySource.Studies pass;
    private boolean passWanted;
    private Instant passStarted = Instant.MIN;

    private record Due(Instant at, Uid study) {}

    Agenda(StudySource source, Duration passEvery) {
        this.source = source;
        this.passEvery = passEvery;
        source.onChange(this::changed);
    }

    /** Only notes; from any thread. */
    void changed(Set<Uid> studies) {
        changes.addAll(studies);
    }

    /** The study is to be looked at then, and not before unless it changes. */
    void at(Uid study, Instant time) {
        Due before = dueOf.put(study, new Due(time, study));
        if (before != null) {
            due.remove(before);
        }
        due.add(dueOf.get(study));
    }

    /** What the planner saw of a study. */
    void looked(StudyFacts study, Optional<Instant> again, Set<Planner.Wait> waits) {
        if (again.isPresent()) {
            at(study.uid(), again.get());
        } else {
            forgetDue(study.uid());
        }
        lines.put(study.uid(), waits);
        queues.forEach(queue -> queue.looked(study));
    }

    private void forgetDue(Uid study) {
        Due before = dueOf.remove(study);
        if (before != null) {
            due.remove(before);
        }
    }

    private void forget(Uid study) {
        forgetDue(study);
        lines.forget(study);
        queues.forEach(queue -> queue.forget(study));
    }

    /** How many studies wait for a time. */
    int size() {
        return due.size();
    }

    boolean isPassing() {
        return pass != null || passWanted;
    }

    /** The next cycles go through all studies. */
    void wantPass() {
        passWanted = true;
    }

    /**
     * The studies of a cycle, each once. To be used up before the next one is asked for.
     *
     * @param budgets what rates still allow, by rule
     */
    Iterator<StudyFacts> studies(
            Policy now, TierFacts tiers, Instant at, Map<String, RateBudget> budgets)
            throws IOException {
        prepare(now, tiers, at);
        Deque<Uid> named = new ArrayDeque<>();
        takeChanged(named);
        takeDue(at, named);
        named.addAll(lines.next(policy, tiers, budgets, at));
        for (ReleaseQueue queue : queues) {
            named.addAll(queue.next(tiers, at));
        }
        return new Looks(named);
    }

    private void prepare(Policy now, TierFacts tiers, Instant at) throws IOException {
        if (now != policy) {
            policy = now;
            queues.clear();
            queues.addAll(ReleaseQueue.of(now));
            passWanted = true;
        }
        List<List<Outcome>> outcomes = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            if (StudyPlanner.prefetches(rule)) {
                continue;
            }
            boolean byMark = Wish.of(rule).stream().allMatch(w -> w.marked().isPresent());
            outcomes.add(rule.when().shared(new Facts(ReleaseQueue.NOBODY, tiers, at), byMark));
        }
        passWanted |= !outcomes.equals(shared) || !passStarted.plus(passEvery).isAfter(at);
        shared = outcomes;
        if (passWanted && pass == null) {
            pass = source.studies(policy);
            passStarted = at;
            passWanted = false;
        }
    }

    private void takeChanged(Deque<Uid> named) {
        Iterator<Uid> each = changes.iterator();
        for (int i = 0; i < MOST_LOOKS && each.hasNext(); i++) {
            Uid study = each.next();
            named.add(study);
            if (pass != null) {
                changedInPass.add(study);
            }
            // Before it is read: a change after that is for the next cycle.
            each.remove();
        }
    }

    private void takeDue(Instant at, Deque<Uid> named) {
        for (int i = 0; i < MOST_LOOKS && !due.isEmpty() && !due.first().at().isAfter(at); i++) {
            Uid study = due.first().study();
            forgetDue(study);
            named.add(study);
        }
    }

    /** Ends a pass that is under way; what is noted stays. */
    @Override
    public void close() throws IOException {
        if (pass != null) {
            StudySource.Studies ended = pass;
            pass = null;
            changedInPass.clear();
            ended.close();
        }
    }

    /** A cycle failed: nothing that it took may be lost. */
    void failed() throws IOException {
        passWanted = true;
        close();
    }

    /** Named studies first, then a slice of the pass. */
    private final class Looks implements Iterator<StudyFacts> {
        private final Deque<Uid> named;
        private final Set<Uid> seen = new HashSet<>();
        private int ofPass;
        private StudyFacts next;

        Looks(Deque<Uid> named) {
            this.named = named;
        }

        @Override
        public boolean hasNext() {
            try {
                while (next == null && !named.isEmpty()) {
                    takeNamed(named.poll());
                }
                while (next == null && pass != null && ofPass < SLICE) {
                    takeOfPass();
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return next != null;
        }

        private void takeNamed(Uid study) throws IOException {
            if (seen.add(study)) {
                Optional<StudyFacts> facts = source.study(study);
                if (facts.isEmpty()) {
                    forget(study);
                }
                next = facts.orElse(null);
            }
        }

        private void takeOfPass() throws IOException {
            if (!pass.hasNext()) {
                close();
                return;
            }
            StudyFacts found = pass.next();
            ofPass++;
            // The pass sees an older moment: what has changed since is looked at as it is now.
            boolean stale = changes.contains(found.uid()) || changedInPass.contains(found.uid());
            if (!stale && seen.add(found.uid())) {
                next = found;
            }
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

    /** Places that a mark empties, for tests. */
    Set<CopyPlace> emptied() {
        Set<CopyPlace> places = new HashSet<>();
        queues.forEach(queue -> places.add(queue.place()));
        return places;
    }
}
