package strata.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.SiteLocation;
import strata.catalog.VersionEntry;
import strata.store.Decisions;
import strata.store.Scope;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Two sites find out where they differ, and end that. */
class ComparisonTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private static void awaitCaughtUp(StoreSite site) throws Exception {
        Await.until(site.name, LIMIT, () -> site.sender.status().caughtUp());
    }

    private static Map<Difference.Kind, Integer> kinds(ComparisonReport report) {
        return report.differences().stream()
                .collect(Collectors.toMap(Difference::kind, d -> 1, Integer::sum));
    }

    @Test
    void rangesCoverAllKeysWithoutOverlap() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 10_000; i++) {
            long a = i == 0 ? Long.MIN_VALUE : random.nextLong();
            long b = i == 0
                    ? Long.MAX_VALUE
                    : i % 3 == 0 ? a + random.nextInt(40) : random.nextLong();
            KeyRange range = new KeyRange(Math.min(a, b), Math.max(a, b));
            KeyRange[] parts = range.split();
            assertEquals(range.from(), parts[0].from());
            assertEquals(range.to(), parts[parts.length - 1].to());
            for (int p = 1; p < parts.length; p++) {
                assertEquals(parts[p - 1].to() + 1, parts[p].from(), range + " part " + p);
            }
        }
    }

    @Test
    void sumsSubtractWhatTheyAdded() {
        SplittableRandom random = new SplittableRandom(6);
        RangeSum sum = RangeSum.NOTHING;
        List<RangeSum> added = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            RangeSum each =
                    new RangeSum(1, random.nextInt(9), random.nextLong(), random.nextLong());
            added.add(each);
            sum = sum.plus(each);
        }
        for (RangeSum each : added) {
            sum = sum.minus(each);
        }
        assertEquals(RangeSum.NOTHING, sum);
    }

    /** A copy whose row is lost, as after damage to index and segments. */
    private static void lose(StoreSite site, ObjectId id) throws IOException {
        VersionEntry version = site.files.catalog().version(id).orElseThrow();
        site.files
                .catalog()
                .apply(site.files
                        .catalog()
                        .batch()
                        .setState(version.id(), strata.catalog.VersionState.DELETED));
        site.files.catalog().apply(site.files.catalog().batch().delete(id));
    }

    @Test
    void whatEitherSideLostIsFoundAndComesBackWithoutReadingTheRest() throws Exception {
        long seed = 11;
        SplittableRandom random = new SplittableRandom(seed);
        try (StoreSite main = new StoreSite(directory, "main", "dr", 0);
                StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            replica.sendTo(main.port(), StoreSite.OPTIONS);
            for (int i = 0; i < 120; i++) {
                Uid study = new Uid("1.2.840." + i / 3);
                main.put(study, i);
                replica.put(study, 1000 + i);
            }
            awaitCaughtUp(main);
            awaitCaughtUp(replica);
            ComparisonReport equal = main.compare(SiteComparison.Mode.DIFF, true);
            assertEquals(0, equal.found(), "differences " + equal.differences());
            assertEquals(240, equal.checked());
            Map<Integer, Boolean> lost = new HashMap<>();
            for (int i = 0; i < 12; i++) {
                int number = (random.nextBoolean() ? 0 : 1000) + random.nextInt(120);
                boolean atMain = random.nextBoolean();
                if (lost.putIfAbsent(number, atMain) == null) {
                    StoreSite site = atMain ? main : replica;
                    lose(
                            site,
                            site.files
                                    .catalog()
                                    .versions(StoreSite.instance(number))
                                    .get(0)
                                    .id());
                }
            }
            ComparisonReport report = main.compare(SiteComparison.Mode.DIFF, false);
            assertEquals(lost.size(), report.found(), "seed " + seed + " " + kinds(report));
            assertEquals(0, report.repaired());
            assertEquals(
                    lost.values().stream().filter(atMain -> atMain).count(),
                    kinds(report).getOrDefault(Difference.Kind.MISSING_HERE, 0).longValue());
            ComparisonReport repair = main.compare(SiteComparison.Mode.REPAIR, false);
            assertEquals(lost.size(), repair.repaired(), "seed " + seed);
            awaitCaughtUp(main);
            ComparisonReport after = main.compare(SiteComparison.Mode.DIFF, true);
            assertEquals(0, after.found(), "seed " + seed + " " + after.differences());
            assertEquals(main.contents().keySet(), replica.contents().keySet(), "seed " + seed);
        }
    }

    @Test
    void decisionsThatNeverArrivedAreTakenOverInBothDirections() throws Exception {
        try (StoreSite main = new StoreSite(directory, "main", "dr", 0);
                StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            main.putAll(0, 30);
            awaitCaughtUp(main);
            main.sender.close();
            // No sender runs any more: only the comparison tells of these.
            main.files.delete(StoreSite.instance(3));
            replica.files.delete(StoreSite.instance(4));
            main.files.delete(StoreSite.instance(5));
            main.files
                    .store()
                    .decisions()
                    .restore(
                            new Scope(StoreSite.instance(5)),
                            Decisions.By.operator("tester", "back"));
            ComparisonReport report = main.compare(SiteComparison.Mode.REPAIR, false);
            assertEquals(Map.of(Difference.Kind.DECIDED_OTHERWISE, 2), kinds(report));
            assertEquals(2, report.repaired());
            for (StoreSite site : List.of(main, replica)) {
                assertEquals(28, site.contents().size(), site.name);
            }
            assertEquals(0, main.compare(SiteComparison.Mode.DIFF, false).found());
        }
    }

    @Test
    void aSiteThatLostEverythingGetsItsOwnObjectsBack() throws Exception {
        try (StoreSite main = new StoreSite(directory, "main", "dr", 0);
                StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            main.putAll(0, 25);
            awaitCaughtUp(main);
            for (VersionEntry version : main.versions()) {
                lose(main, version.id());
            }
            assertEquals(0, main.versions().size());
            ComparisonReport repair = main.compare(SiteComparison.Mode.REPAIR, false);
            assertEquals(25, repair.repaired());
            assertEquals(replica.contents().keySet(), main.contents().keySet());
            ObjectId next = main.put(99, 20, 99).id();
            assertTrue(next.sequence() > 25, "no id twice: " + next);
            assertEquals(
                    25,
                    main.versions().stream()
                            .filter(v -> v.placementAt(new SiteLocation("dr")).isPresent())
                            .count());
        }
    }
}
