package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.AccessFacts;
import strata.policy.language.CopyPlace;
import strata.policy.language.Facts;
import strata.policy.language.Policy;
import strata.policy.language.ReleaseOrder;
import strata.policy.language.Rule;
import strata.policy.language.RuleAction;
import strata.policy.language.StudyAttributes;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;

/**
 * The studies with a copy in a tier, in the order in which a rule with a mark lets them go. For one
 * thread.
 */
final class ReleaseQueue {
    /** Stands for any study where a condition does not look at studies. */
    static final StudyFacts NOBODY = new StudyFacts(
            new Uid("0"),
            StudyAttributes.ofModalities(List.of()),
            0,
            0,
            0,
            Instant.EPOCH,
            Instant.EPOCH,
            AccessFacts.NEVER,
            List.of());

    private final Rule rule;
    private final RuleAction.Release release;
    private final CopyPlace place;
    private final Map<Uid, Entry> entryOf = new HashMap<>();
    private final TreeSet<Entry> entries =
            new TreeSet<>(Comparator.comparing(Entry::rank).thenComparing(Entry::study));
    private final Attempts attempts = new Attempts();
    private List<Uid> asked = List.of();
    private Entry last;

    private record Entry(ReleaseOrder.Rank rank, Uid study, long bytes) {}

    private ReleaseQueue(Rule rule, RuleAction.Release release, CopyPlace place) {
        this.rule = rule;
        this.release = release;
        this.place = place;
    }

    static List<ReleaseQueue> of(Policy policy) {
        List<ReleaseQueue> queues = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            for (Wish wish : Wish.of(rule)) {
                wish.marked().ifPresent(r -> queues.add(new ReleaseQueue(rule, r, wish.place())));
            }
        }
        return queues;
    }

    CopyPlace place() {
        return place;
    }

    void looked(StudyFacts study) {
        forget(study.uid());
        study.copy(place).ifPresent(copy -> {
            Entry entry = new Entry(release.order().rank(study), study.uid(), copy.bytes());
            entryOf.put(study.uid(), entry);
            entries.add(entry);
        });
    }

    void forget(Uid study) {
        Entry before = entryOf.remove(study);
        if (before != null) {
            entries.remove(before);
        }
    }

    /**
     * The studies that a cycle looks at: none below the mark, else the next in the order, about as
     * many as have to go, since those before them could not and are not asked each time; fewer and
     * fewer while none of them can.
     */
    List<Uid> next(TierFacts tiers, Instant now) {
        Facts facts = new Facts(NOBODY, tiers, now);
        OptionalDouble mark = rule.when().mark(place.name(), facts);
        OptionalDouble fill = tiers.tier(place.name()).fill();
        if (mark.isEmpty() || fill.isEmpty() || fill.getAsDouble() < mark.getAsDouble()) {
            last = null;
            asked = List.of();
            attempts.reset();
            return List.of();
        }
        attempts.outcome(
                asked.size(), asked.stream().filter(entryOf::containsKey).count());
        double over = fill.getAsDouble() - mark.getAsDouble() + release.margin().orElse(0);
        double needed = over * tiers.tier(place.name()).capacityBytes().orElse(0);
        List<Uid> next = new ArrayList<>();
        Entry at = last == null ? null : entries.higher(last);
        at = at == null && !entries.isEmpty() ? entries.first() : at;
        for (double bytes = 0;
                at != null && next.size() < attempts.most() && bytes <= 2 * needed;
                at = entries.higher(at)) {
            next.add(at.study());
            bytes += at.bytes();
            last = at;
        }
        asked = next;
        return next;
    }
}
