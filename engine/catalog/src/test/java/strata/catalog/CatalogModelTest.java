package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.Uid;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Random batches against a plain map of versions: every answer and every count agrees. */
class CatalogModelTest {
    private static final long SEED = Long.getLong("strata.seed", 20261124L);
    private static final int BATCHES = 600;
    private static final List<String> HOLDERS =
            List.of("hot", "tier:longterm", "tier:offsite", "site:dr");

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final TreeMap<ObjectId, VersionEntry> model = new TreeMap<>();
    private long sequence;

    @Test
    void everyCountAgreesWithThePlainMap() throws IOException {
        try (Catalog catalog =
                Catalog.open(directory.resolve("a"), CatalogOptions.DEFAULT, Metrics.none())) {
            for (int i = 0; i < BATCHES; i++) {
                CatalogBatch batch = catalog.batch();
                for (int step = random.nextInt(5); step >= 0; step--) {
                    step(batch);
                }
                catalog.apply(batch);
                if (i % 20 == 0 || i == BATCHES - 1) {
                    compare(catalog, "seed " + SEED + " batch " + i);
                }
            }
            compareReplayed(catalog);
        }
    }

    private void step(CatalogBatch batch) {
        if (model.isEmpty() || random.nextInt(3) == 0) {
            InstanceKey key = Samples.key(
                    1 + random.nextInt(4), 1 + random.nextInt(2), 1 + random.nextInt(4));
            VersionEntry entry = Samples.version(
                    ++sequence,
                    key,
                    current(key.instance()).isPresent()
                            ? VersionState.CONFLICT
                            : VersionState.CURRENT,
                    List.of(Samples.hot(1, sequence)));
            batch.putVersion(entry, Samples.keys(key));
            model.put(entry.id(), entry);
            return;
        }
        List<ObjectId> ids = List.copyOf(model.keySet());
        ObjectId id = ids.get(random.nextInt(ids.size()));
        VersionEntry entry = model.get(id);
        switch (random.nextInt(6)) {
            case 0 -> setState(batch, entry);
            case 1 -> {
                if (random.nextInt(4) == 0) {
                    batch.delete(id);
                    model.remove(id);
                }
            }
            case 2 -> {
                Placement placement = placement();
                batch.addPlacement(id, placement);
                model.put(id, entry.withPlacement(placement));
            }
            case 3 -> {
                Location location = placement().location();
                batch.removePlacement(id, location);
                model.put(id, entry.withoutPlacement(location));
            }
            case 4 -> {
                Location from = placement().location();
                Placement to = placement();
                batch.movePlacement(id, from, to);
                if (entry.state() != VersionState.PURGED
                        && entry.placementAt(from).isPresent()) {
                    model.put(id, entry.withoutPlacement(from).withPlacement(to));
                }
            }
            default -> {
                batch.putVersion(entry, Samples.keys(entry.key()));
                batch.addPlacement(new ObjectId(Samples.SITE, 1_000_000), placement());
            }
        }
    }

    private void setState(CatalogBatch batch, VersionEntry entry) {
        VersionState[] states = VersionState.values();
        VersionState next = states[random.nextInt(states.length)];
        boolean taken =
                next == VersionState.CURRENT && current(entry.key().instance()).isPresent();
        boolean forbidden = entry.state() == VersionState.PURGED
                || next == VersionState.PURGED && entry.state() != VersionState.DELETED;
        if (!forbidden && !taken) {
            batch.setState(entry.id(), next);
            model.put(entry.id(), entry.to(next));
        }
    }

    private Placement placement() {
        PlacementState state = PlacementState.values()[random.nextInt(3)];
        return switch (random.nextInt(4)) {
            case 0 -> new Placement(Samples.hot(1, 1).location(), state, Samples.START);
            case 1 -> Samples.pack("longterm", state);
            case 2 -> Samples.pack("offsite", state);
            default -> Samples.site("dr");
        };
    }

    private Optional<VersionEntry> current(Uid instance) {
        return ofInstance(instance).stream()
                .filter(entry -> entry.state() == VersionState.CURRENT)
                .findFirst();
    }

    private List<VersionEntry> ofInstance(Uid instance) {
        return model.values().stream()
                .filter(entry -> entry.key().instance().equals(instance))
                .toList();
    }

    private Optional<VersionEntry> shown(Uid instance) {
        return current(instance)
                .or(() -> ofInstance(instance).stream()
                        .filter(entry -> entry.state() == VersionState.DAMAGED)
                        .findFirst());
    }

    private List<VersionEntry> allShown() {
        List<VersionEntry> shown = new ArrayList<>();
        TreeSet<Uid> instances = new TreeSet<>();
        model.values().forEach(entry -> instances.add(entry.key().instance()));
        instances.forEach(instance -> shown(instance).ifPresent(shown::add));
        shown.sort(Comparator.comparing(VersionEntry::key));
        return shown;
    }

    private void compare(Catalog catalog, String what) throws IOException {
        catalog.verify();
        List<VersionEntry> inOrder = new ArrayList<>(model.values());
        inOrder.sort(Comparator.comparing(VersionEntry::key).thenComparing(VersionEntry::id));
        assertEquals(inOrder, CatalogTest.drain(catalog.all()), what);
        for (VersionEntry entry : inOrder) {
            Uid instance = entry.key().instance();
            assertEquals(Optional.of(entry), catalog.version(entry.id()), what);
            assertEquals(current(instance), catalog.current(instance), what);
            assertEquals(shown(instance), catalog.shown(instance), what);
            assertEquals(ofInstance(instance), catalog.versions(instance), what);
        }
        assertEquals(inState(VersionState.CONFLICT), CatalogTest.drain(catalog.conflicts()), what);
        assertEquals(inState(VersionState.DAMAGED), CatalogTest.drain(catalog.damaged()), what);
        assertEquals(inState(VersionState.DELETED), CatalogTest.drain(catalog.deleted()), what);
        assertEquals(inState(VersionState.PURGED), CatalogTest.drain(catalog.purged()), what);
        compareStudies(catalog, what);
        compareStatistics(catalog.statistics(), what);
    }

    private List<VersionEntry> inState(VersionState state) {
        return model.values().stream().filter(entry -> entry.state() == state).toList();
    }

    private void compareStudies(Catalog catalog, String what) {
        Map<Uid, List<VersionEntry>> studies = new TreeMap<>();
        allShown()
                .forEach(entry -> studies.computeIfAbsent(
                                entry.key().study(), key -> new ArrayList<>())
                        .add(entry));
        List<StudySummary> found = CatalogTest.drain(catalog.studies());
        assertEquals(
                List.copyOf(studies.keySet()),
                found.stream().map(StudySummary::study).toList());
        for (StudySummary summary : found) {
            List<VersionEntry> study = studies.get(summary.study());
            assertEquals(study.size(), summary.instanceCount(), what);
            assertEquals(
                    study.stream().mapToLong(VersionEntry::lengthBytes).sum(),
                    summary.bytes(),
                    what);
            assertEquals(
                    study.stream().map(entry -> entry.key().series()).distinct().count(),
                    summary.seriesCount(),
                    what);
            for (String holder : HOLDERS) {
                assertEquals(
                        study.stream()
                                .filter(entry -> isVerifiedAt(entry, holder))
                                .count(),
                        summary.verifiedAt(holder).count(),
                        what + " " + holder);
            }
        }
    }

    private static boolean isVerifiedAt(VersionEntry entry, String holder) {
        return entry.placementsOf(holder).stream()
                .anyMatch(placement -> placement.state() == PlacementState.VERIFIED);
    }

    private void compareStatistics(CatalogStatistics found, String what) {
        List<VersionEntry> shown = allShown();
        assertEquals(shown.size(), found.instances(), what);
        assertEquals(model.size(), found.versions(), what);
        assertEquals(inState(VersionState.CONFLICT).size(), found.conflicts(), what);
        assertEquals(inState(VersionState.DAMAGED).size(), found.damaged(), what);
        for (String holder : HOLDERS) {
            long bytes = model.values().stream()
                    .mapToLong(entry ->
                            entry.lengthBytes() * entry.placementsOf(holder).size())
                    .sum();
            assertEquals(
                    bytes, found.copies().getOrDefault(holder, CopyCount.NONE).bytes(), what);
        }
    }

    /** The same versions entered in another order make an equal catalog. */
    private void compareReplayed(Catalog catalog) throws IOException {
        List<IndexedVersion> versions = new ArrayList<>();
        for (VersionEntry entry : model.values()) {
            versions.add(new IndexedVersion(entry, catalog.keys(entry.id()).orElseThrow()));
        }
        Collections.shuffle(versions, random);
        try (Catalog other =
                Catalog.open(directory.resolve("b"), CatalogOptions.DEFAULT, Metrics.none())) {
            for (IndexedVersion version : versions) {
                other.apply(other.batch().putVersion(version.entry(), version.keys()));
            }
            other.verify();
            assertEquals(catalog.digest(), other.digest(), "seed " + SEED);
            assertEquals(catalog.statistics(), other.statistics(), "seed " + SEED);
        }
    }
}
