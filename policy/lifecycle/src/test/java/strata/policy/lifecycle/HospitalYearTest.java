package strata.policy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.policy.language.Facts;
import strata.policy.language.Policy;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A year of a hospital on the real engine with small objects and a clock of the test: studies come,
 * are looked at less and less, age into the long-term tiers, are deleted where they may be, and are
 * held by cases. {@code -Dstrata.year.studies=N} for a larger one; the gate's is a twentieth.
 */
class HospitalYearTest {
    private static final int STUDIES = Integer.getInteger("strata.year.studies", 75);
    private static final long SEED = Long.getLong("strata.year.seed", 6);
    private static final int DAYS = 365;
    private static final Duration SCRUB_EVERY = Duration.ofDays(30);
    private static final Policy RULES = Samples.policy(
            Samples.rule("old", "study.age > days(7)", "{ place: longterm }"),
            Samples.rule(
                    "mr",
                    "\"MR\" in study.modality && study.age > days(30)",
                    "{ copies: 2, in: [longterm, cold] }"),
            Samples.rule("new", "study.age < days(3)", "{ keep: hot }"),
            Samples.rule("mark", "tier.hot.fill > 0.8", "{ release: hot }"),
            Samples.rule("used", "access.idle < days(2) && study.age > days(7)", "{ keep: hot }"),
            Samples.rule(
                    "retain",
                    "true",
                    "{ retain: { until: study.receivedLast.plusDays(180), release: automatic } }"));

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final List<Uid> arrived = new ArrayList<>();
    private final Map<Uid, byte[]> originals = new TreeMap<>();
    private final Map<Uid, Instant> deletedAt = new TreeMap<>();
    private long recalls;
    private long refused;

    @Test
    void everyObjectIsWhereTheRulesSayAndNothingThatMustBeKeptIsLost() throws Exception {
        try (YearSite site = new YearSite(directory, RULES, STUDIES)) {
            for (int day = 0; day < DAYS; day++) {
                day(site, day);
            }
            rest(site);
            check(site);
        }
    }

    private void day(YearSite site, int day) throws IOException {
        int due = (int) ((long) STUDIES * (day + 1) / DAYS) - arrived.size();
        for (int i = 0; i < due; i++) {
            arrive(site);
        }
        for (int i = 0; i < due + 1 && !arrived.isEmpty(); i++) {
            // Most looks are at what came lately.
            double back = Math.pow(random.nextDouble(), 3);
            look(site, arrived.get((int) ((arrived.size() - 1) * (1 - back))));
        }
        if (day % 9 == 0 && !arrived.isEmpty()) {
            delete(site, arrived.get(random.nextInt(arrived.size())));
        }
        site.cycle();
        site.clock.set(site.clock.instant().plus(Duration.ofHours(12)));
        site.cycle();
        site.purge();
        site.clock.set(site.clock.instant().plus(Duration.ofHours(12)));
        if (day % SCRUB_EVERY.toDays() == 0) {
            assertTrue(
                    site.scrub
                            .run(Optional.empty(), (version, copy, damage) -> {})
                            .clean(),
                    context());
        }
        if (day % 60 == 0) {
            site.data.store().compaction().all();
        }
        checkNothingLost(site, day);
    }

    private String context() {
        return "seed " + SEED + ", " + arrived.size() + " studies";
    }

    private void arrive(YearSite site) throws IOException {
        Uid study = Samples.uid(10_000 + arrived.size());
        String modality = random.nextInt(3) == 0 ? "MR" : "CT";
        for (int i = 1; i <= 2; i++) {
            VersionEntry entry = site.put(study, i, modality, random.nextLong());
            originals.put(entry.key().instance(), site.data.read(entry));
        }
        if (arrived.size() % 15 == 3) {
            site.book.put(new Hold(
                    "case-" + arrived.size(), study, true, site.clock.instant(), "t", "t"));
        }
        arrived.add(study);
    }

    private void look(YearSite site, Uid study) throws IOException {
        if (deletedAt.containsKey(study)) {
            return;
        }
        recalls += site.recall(study) ? 1 : 0;
        site.data
                .catalog()
                .apply(site.data.catalog().batch().addAccess(study, site.clock.instant(), 1));
    }

    /** Refused where a rule or a case keeps it; forced past that, it must not be purged. */
    private void delete(YearSite site, Uid study) throws IOException {
        if (site.retention.forbids(study).isPresent()) {
            refused++;
        }
        if (deletedAt.putIfAbsent(study, site.clock.instant()) == null) {
            site.data.delete(study);
        }
    }

    private boolean mayBePurged(YearSite site, Uid study) throws IOException {
        Instant deleted = deletedAt.get(study);
        boolean graceOver =
                deleted != null && site.clock.instant().isAfter(deleted.plus(YearSite.GRACE));
        boolean retained =
                site.receivedAt(study).plus(Duration.ofDays(180)).isAfter(site.clock.instant());
        return graceOver && !retained && site.book.cases(study).isEmpty();
    }

    /** No last copy lost, no retention and no hold broken: every day. */
    private void checkNothingLost(YearSite site, int day) throws IOException {
        for (Uid study : arrived) {
            if (mayBePurged(site, study)) {
                continue;
            }
            try (VersionCursor versions = site.data.catalog().study(study)) {
                int kept = 0;
                while (versions.hasNext()) {
                    VersionEntry version = versions.next();
                    boolean verified = version.placements().stream()
                            .anyMatch(p -> p.state() == PlacementState.VERIFIED);
                    kept += verified && version.state().isKept() ? 1 : 0;
                }
                assertEquals(2, kept, "study " + study + ", day " + day + ", " + context());
            }
        }
    }

    private void rest(YearSite site) throws IOException {
        site.scrub.run(Optional.empty(), (version, copy, damage) -> {});
        for (int quiet = 0, i = 0; quiet < 3; i++) {
            assertTrue(i < 200, "comes to rest, " + context());
            quiet = site.cycle().plan().isEmpty() ? quiet + 1 : 0;
        }
    }

    private void check(YearSite site) throws IOException {
        TierFacts tiers = site.tiers();
        assertTrue(tiers.tier(Location.HOT).fill().orElseThrow() <= 0.8, "hot, " + context());
        assertTrue(site.lifecycle.dryRun(RULES).isEmpty(), "all is done, " + context());
        StudyPlanner planner = new StudyPlanner(RULES, tiers, site.clock.instant());
        int placed = 0;
        int purged = 0;
        for (Uid study : arrived) {
            Optional<StudyFacts> facts = site.facts.study(study);
            if (facts.isEmpty()) {
                assertTrue(deletedAt.containsKey(study), context());
                purged += site.facts.kept(study).isEmpty() ? 1 : 0;
                continue;
            }
            List<Wish> wishes = planner.wishes(new Facts(facts.get(), tiers, site.clock.instant()));
            for (Wish wish : wishes) {
                assertTrue(
                        wish.removes() || wish.isFulfilled(facts.get()),
                        () -> wish + " of study " + study + ", " + context());
                placed++;
            }
            checkCopies(site, study);
        }
        assertTrue(placed > STUDIES / 2, "rules wanted something, " + context());
        assertTrue(
                recalls > 0 && refused > 0 && purged > 0,
                "all happened: " + recalls + " recalls, " + refused + " refused, " + purged
                        + " purged, " + context());
    }

    /** The bytes of the receipt come from each copy, and each was verified in time. */
    private void checkCopies(YearSite site, Uid study) throws IOException {
        try (VersionCursor versions = site.data.catalog().study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                assertEquals(
                        java.nio.ByteBuffer.wrap(originals.get(version.key().instance())),
                        java.nio.ByteBuffer.wrap(site.data.read(version)),
                        context());
                for (Placement placement : version.placements()) {
                    Instant by = placement.verifiedAt().plus(SCRUB_EVERY).plus(Duration.ofDays(1));
                    assertFalse(by.isBefore(site.clock.instant()), placement + ", " + context());
                    assertTrue(
                            placement.location() instanceof SegmentLocation
                                    || placement.state() == PlacementState.VERIFIED,
                            context());
                }
            }
        }
    }
}
