package strata.policy.lifecycle.simulation;

import strata.base.Uid;
import strata.policy.language.AccessFacts;
import strata.policy.language.CopyFacts;
import strata.policy.language.CopyPlace;
import strata.policy.language.CopyState;
import strata.policy.language.Policy;
import strata.policy.language.Requires;
import strata.policy.language.SeriesFacts;
import strata.policy.language.StudyAttributes;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;
import strata.policy.lifecycle.ActionResult;
import strata.policy.lifecycle.LifecycleActions;
import strata.policy.lifecycle.StudySource;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A site of made-up studies for the real planner: they come, are looked at less and less, and
 * actions succeed at once. One study stands for {@code each} of the hospital, and tiers are as much
 * smaller. For one thread.
 */
final class SimulatedHospital implements StudySource, LifecycleActions {
    static final CopyPlace HOT = new CopyPlace.Tier(HospitalProfile.HOT);

    private final HospitalProfile profile;
    private final double each;
    private final SplittableRandom comes;
    private final SplittableRandom isSeen;
    private final Map<Uid, StudyFacts> studies = new LinkedHashMap<>();
    private final List<Uid> arrived = new ArrayList<>();
    private final List<Integer> firstOfDay = new ArrayList<>();
    private final Map<CopyPlace, Long> used =
            new TreeMap<>(Comparator.comparing(CopyPlace::toString));
    private final Map<String, Long> traffic = new TreeMap<>();
    private Consumer<Set<Uid>> listener = changed -> {};
    private double owed;
    private double looksOwed;
    private long coldLooks;
    private long looks;
    private double paidOut;
    private Instant now;

    final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

    /** @param each how many studies of the hospital one stands for, at least 1 */
    SimulatedHospital(HospitalProfile profile, double each) {
        this.profile = profile;
        this.each = each;
        // Two, so that the same studies come whatever the rules are.
        this.comes = new SplittableRandom(profile.seed());
        this.isSeen = comes.split();
        this.now = profile.start().atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    /** It is so late now; so many studies of the hospital came since the last call. */
    void advance(Instant time, int day, double came) {
        now = time;
        while (firstOfDay.size() <= day) {
            firstOfDay.add(arrived.size());
        }
        owed += came / each;
        for (; owed >= 1; owed--) {
            arrive();
        }
        looksOwed += came / each * profile.looks().perStudy();
        for (; looksOwed >= 1 && !arrived.isEmpty(); looksOwed--) {
            look();
        }
    }

    private void arrive() {
        HospitalProfile.Modality modality = profile.pick(comes.nextDouble());
        long bytes = Math.max(1, (long) (modality.megabytes() * 1e6 * (0.5 + comes.nextDouble())));
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        int age = comes.nextInt(95);
        List<String> parts = modality.bodyParts().isEmpty()
                ? List.of()
                : List.of(modality.bodyParts()
                        .get(comes.nextInt(modality.bodyParts().size())));
        StudyAttributes about = new StudyAttributes(
                        List.of(modality.name()),
                        parts,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.of(today),
                        OptionalInt.of(age),
                        Optional.of(today.minusYears(age).minusDays(comes.nextInt(365))),
                        Optional.of("online"))
                .withSeries(Collections.nCopies(
                        modality.series(),
                        new SeriesFacts(
                                Optional.of(modality.name()),
                                parts.stream().findFirst(),
                                Optional.empty(),
                                Math.max(1, modality.instances() / modality.series()))));
        Uid uid = new Uid("2.25." + (arrived.size() + 1));
        arrived.add(uid);
        count(HOT, "in to ", bytes);
        put(new StudyFacts(
                uid,
                about,
                bytes,
                modality.series(),
                modality.instances(),
                now,
                now,
                AccessFacts.NEVER,
                List.of(copy(HOT, bytes))));
    }

    /** Most looks are at what came lately, some at anything. */
    private void look() {
        StudyFacts study = studies.get(arrived.get(looked()));
        looks++;
        if (!study.hasVerified(HOT)) {
            coldLooks++;
            readElsewhere(study);
        }
        put(new StudyFacts(
                study.uid(),
                study.attributes(),
                study.bytes(),
                study.series(),
                study.instances(),
                study.receivedFirst(),
                study.receivedLast(),
                new AccessFacts(Optional.of(now), study.access().hits() + 1),
                study.copies(),
                study.holds(),
                study.routes()));
    }

    private int looked() {
        if (isSeen.nextDouble() < profile.looks().old()) {
            return isSeen.nextInt(arrived.size());
        }
        double back =
                -Math.log(1 - isSeen.nextDouble()) * profile.looks().halfLifeDays() / Math.log(2);
        int day = (int) Math.max(0, firstOfDay.size() - 1 - back);
        int first = firstOfDay.get(day);
        int end = day + 1 < firstOfDay.size() ? firstOfDay.get(day + 1) : arrived.size();
        // A small sample has days on which nothing came: the study after that.
        int at = end > first ? first + isSeen.nextInt(end - first) : first;
        return Math.min(at, arrived.size() - 1);
    }

    private void readElsewhere(StudyFacts study) {
        study.copies().stream()
                .filter(CopyFacts::isVerified)
                .map(CopyFacts::place)
                .min(Comparator.comparing((CopyPlace p) -> p instanceof CopyPlace.Site)
                        .thenComparingDouble(this::priceOut))
                .ifPresent(from -> {
                    traffic.merge("read from " + from, study.bytes(), Long::sum);
                    paidOut += study.bytes() / Simulation.TERABYTE * priceOut(from);
                });
    }

    private double priceOut(CopyPlace place) {
        return place instanceof CopyPlace.Tier
                ? profile.tiers().get(place.name()).pricePerTerabyteOut()
                : 0;
    }

    private void put(StudyFacts study) {
        studies.put(study.uid(), study);
        listener.accept(Set.of(study.uid()));
    }

    private static CopyFacts copy(CopyPlace place, long bytes) {
        return new CopyFacts(place, CopyState.VERIFIED, bytes, Optional.empty());
    }

    private void count(CopyPlace place, String way, long bytes) {
        used.merge(place, bytes, Long::sum);
        traffic.merge(way + place, bytes, Long::sum);
    }

    private ActionResult add(Uid uid, CopyPlace place, long bytes) {
        StudyFacts study = studies.get(uid);
        if (study.hasVerified(place)) {
            return ActionResult.ALREADY;
        }
        count(place, "to ", bytes);
        put(study.with(copy(place, bytes)));
        return ActionResult.DONE;
    }

    /** Bytes of the sample at each place. */
    Map<CopyPlace, Long> used() {
        return used;
    }

    /** Bytes of the sample that moved each way since the last call. */
    Map<String, Long> takeTraffic() {
        Map<String, Long> taken = new TreeMap<>(traffic);
        traffic.clear();
        return taken;
    }

    /** What reading from other tiers cost since the last call, for the sample. */
    double takePaidOut() {
        double paid = paidOut;
        paidOut = 0;
        return paid;
    }

    int size() {
        return studies.size();
    }

    long looks() {
        return looks;
    }

    /** Looks at studies that had no copy in the hot tier. */
    long coldLooks() {
        return coldLooks;
    }

    /** How many studies have so many verified copies. */
    Map<Integer, Integer> copies() {
        Map<Integer, Integer> counts = new TreeMap<>();
        studies.values()
                .forEach(s -> counts.merge((int) s.verifiedCopies(p -> true), 1, Integer::sum));
        return counts;
    }

    @Override
    public Studies studies(Policy policy) {
        return Studies.of(studies.values());
    }

    /** Nobody deletes. */
    @Override
    public Studies deleted() {
        return Studies.of(List.of());
    }

    @Override
    public Optional<StudyFacts> study(Uid uid) {
        return Optional.ofNullable(studies.get(uid));
    }

    @Override
    public TierFacts tiers() {
        Map<String, TierFill> tiers = new TreeMap<>();
        profile.tiers().forEach((name, tier) -> {
            OptionalLong capacity = tier.capacityBytes().isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(
                            Math.max(1, (long) (tier.capacityBytes().getAsLong() / each)));
            long bytes = used.getOrDefault(new CopyPlace.Tier(name), 0L);
            tiers.put(name, new TierFill(bytes, capacity, tier.keepBelow()));
        });
        return new TierFacts(tiers);
    }

    @Override
    public void onChange(Consumer<Set<Uid>> next) {
        listener = next;
    }

    @Override
    public ActionResult place(Uid study, String tier, Optional<String> profileName) {
        double ratio = profile.tiers().get(tier).ratio();
        long bytes = Math.max(1, (long) (studies.get(study).bytes() / ratio));
        return add(study, new CopyPlace.Tier(tier), bytes);
    }

    @Override
    public ActionResult replicate(Uid study, String site) {
        return add(study, new CopyPlace.Site(site), studies.get(study).bytes());
    }

    @Override
    public ActionResult route(Uid uid, String peer) {
        StudyFacts study = studies.get(uid);
        if (study.isRoutedTo(peer)) {
            return ActionResult.ALREADY;
        }
        if (!study.hasVerified(HOT)) {
            readElsewhere(study);
        }
        traffic.merge("to " + new CopyPlace.Peer(peer), study.bytesLeftFor(peer), Long::sum);
        put(study.routedTo(peer));
        return ActionResult.DONE;
    }

    @Override
    public ActionResult release(Uid uid, String tier, Requires requires) {
        CopyPlace place = new CopyPlace.Tier(tier);
        StudyFacts study = studies.get(uid);
        if (!requires.isMetBy(study, place)) {
            return ActionResult.REFUSED;
        }
        long bytes = study.copy(place).map(CopyFacts::bytes).orElse(0L);
        used.merge(place, -bytes, Long::sum);
        traffic.merge("out of " + place, bytes, Long::sum);
        put(study.without(place));
        return ActionResult.DONE;
    }
}
