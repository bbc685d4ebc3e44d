package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.StrataException;
import strata.base.Uid;
import strata.catalog.CatalogCopy;
import strata.catalog.PlacementState;
import strata.catalog.VersionEntry;
import strata.segment.RecordHeader;
import strata.segment.RecordLocation;
import strata.segment.RecordVisitor;
import strata.segment.SegmentInfo;
import strata.store.IngestResult;
import strata.store.Store;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.Tier;
import strata.tier.TierObjectSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * T7: every file that is truth or leads to it, damaged at rest in every way of the contract, under
 * a store whose objects all have a second copy. Nothing wrong is ever served, everything is
 * noticed, and afterwards every copy is right again. Counted are damages that changed a file; the
 * full number is
 *
 * <pre>./strata test EveryFileDamageTest -Dstrata.damage.count=10000</pre>
 *
 * and {@code -Dstrata.damage.seed=N} does one again.
 */
class EveryFileDamageTest {
    private static final int COUNT = Integer.getInteger("strata.damage.count", 150);
    private static final long FIRST = Long.getLong("strata.damage.seed", 1);
    private static final boolean ONE = System.getProperty("strata.damage.seed") != null;
    private static final int PAGE = 4096;

    @TempDir
    Path temporary;

    private Path folder;
    private Path sound;
    private Path older;
    private final List<IngestResult> results = new ArrayList<>();
    private final Map<String, Long> outcomes = new TreeMap<>();

    private enum Damage {
        FLIPPED_BIT,
        ZEROED_PAGE,
        TRUNCATED,
        SWAPPED_PAGES,
        SWAPPED_RECORDS,
        OLDER_VERSION,
        MISSING
    }

    /** A store with its long-term tier. */
    private record Site(TestStore store, Tier tier, TierObjectSource source) {
        static Site open(Path data, LocalTierOptions options, UnaryOperator<Tier> as)
                throws IOException {
            Tier tier = as.apply(LocalTier.open(
                    new LocalDisk(),
                    data.resolve("longterm"),
                    options.withExpected(true),
                    Metrics.none(),
                    Clock.systemUTC()));
            TierObjectSource source = new TierObjectSource(tier);
            return new Site(TestStore.open(data, source), tier, source);
        }

        void close() throws IOException {
            store.close();
        }
    }

    @BeforeEach
    void makeSound() throws IOException {
        Path memory = Path.of("/dev/shm");
        folder = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "strata-damage-")
                : temporary;
        folder.toFile().deleteOnExit();
        sound = folder.resolve("sound");
        older = folder.resolve("older");
        LocalTier.open(
                new LocalDisk(),
                sound.resolve("longterm"),
                options(sound),
                Metrics.none(),
                Clock.systemUTC());
        Site site = Site.open(sound, options(sound), this::medium);
        fill(site, 1);
        CatalogCopy.copy(sound.resolve("hot"), older.resolve("hot"));
        fill(site, 2);
        fill(site, 3);
        fillShared(site);
        site.close();
        CatalogCopy.remove(sound.resolve("catalog"));
    }

    /** How the tier of a data directory is opened. */
    LocalTierOptions options(Path data) throws IOException {
        return LocalTierOptions.of("longterm");
    }

    /** What the tier lies on. */
    Tier medium(Tier plain) {
        return plain;
    }

    /** How many damages are done. */
    long count() {
        return COUNT;
    }

    private void fill(Site site, int study) throws IOException {
        Uid uid = new Uid("1.2.3." + study);
        for (int n = 1; n <= 4; n++) {
            int columns = n == 4 ? 400 : 20 + 8 * n;
            results.add(site.store()
                    .put(TestStore.image(
                            uid, new Uid(uid + ".1"), new Uid(uid + ".1." + n), columns, n)));
        }
        migrate(site, uid);
    }

    private static void migrate(Site site, Uid study) throws IOException {
        Store store = site.store().store();
        MoveProgress progress = new MoveProgress(Metrics.none());
        new Migration(
                        store,
                        Metrics.none(),
                        new MoverPace(store, 1, 0),
                        progress,
                        TieredStore.SIZES)
                .run(study, site.tier());
    }

    /** Three small studies in one pack. */
    private void fillShared(Site site) throws IOException {
        for (int study = 4; study <= 6; study++) {
            Uid uid = new Uid("1.2.3." + study);
            for (int n = 1; n <= 2; n++) {
                results.add(site.store()
                        .put(TestStore.image(
                                uid, new Uid(uid + ".1"), new Uid(uid + ".1." + n), 20, n)));
            }
            migrate(site, uid);
        }
        Store store = site.store().store();
        int joined = new SharePacks(
                        store,
                        tiers(site),
                        new MoverPace(store, 1, 0),
                        new MoveProgress(Metrics.none()),
                        study -> "",
                        TieredStore.SIZES,
                        Duration.ZERO,
                        Duration.ZERO,
                        TieredStore.ONE_SLICE,
                        Metrics.none())
                .run();
        assertEquals(2, joined);
        assertEquals(3, new PackErasure(store, tiers(site)).run());
    }

    @Test
    void everyDamageIsFoundAndRepaired() throws IOException {
        try {
            long done = 0;
            for (long seed = FIRST; ONE ? seed == FIRST : done < count(); seed++) {
                done += damage(seed) ? 1 : 0;
            }
        } finally {
            CatalogCopy.remove(folder.resolve("sound"));
            CatalogCopy.remove(folder.resolve("older"));
            CatalogCopy.remove(folder.resolve("damaged"));
        }
        System.out.println(outcomes);
        long found = outcomes.values().stream().mapToLong(n -> n).sum();
        assertEquals(ONE ? found : count(), found, outcomes.toString());
        assertTrue(ONE || outcomes.size() >= 4, outcomes.toString());
    }

    /** Whether the seed changed a file; then it was found, and repaired or refused. */
    private boolean damage(long seed) throws IOException {
        Random random = new Random(seed);
        Path data = folder.resolve("damaged");
        CatalogCopy.remove(data);
        CatalogCopy.copy(sound, data);
        boolean indexed = random.nextBoolean();
        if (indexed) {
            Site.open(data, options(data), this::medium).close();
        }
        List<Path> files = files(data);
        Path file = files.get(random.nextInt(files.size()));
        Damage damage = Damage.values()[random.nextInt(Damage.values().length)];
        byte[] before = Files.readAllBytes(file);
        if (!apply(damage, file, data, random)) {
            return false;
        }
        byte[] after = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        if (Arrays.equals(before, after)) {
            return false;
        }
        String where = "seed " + seed + " " + damage + " of " + data.relativize(file)
                + (indexed ? "" : " without index");
        Site site;
        try {
            site = Site.open(data, options(data), this::medium);
        } catch (StrataException e) {
            // Refused, with the file's name: what tells whose medium it is has no second copy.
            boolean marker = file.endsWith("strata-tier");
            assertTrue(marker && e.getMessage().contains("strata-tier"), where + ": " + e);
            count(file, "refused");
            return true;
        }
        try {
            checkAndRepair(site, file, before, where);
        } finally {
            site.close();
        }
        return true;
    }

    private void checkAndRepair(Site site, Path file, byte[] before, String where)
            throws IOException {
        boolean found = !site.store().store().segments().recovery().findings().isEmpty()
                || scanFinds(site)
                || knowsThatCopiesAreGone(site, where)
                || !Files.exists(file)
                || Arrays.equals(before, Files.readAllBytes(file));
        serves(site, where);
        Scrub scrub = new Scrub(site.store().store(), tiers(site), Metrics.none());
        found |= !scrub.run(Optional.empty(), (v, p, d) -> {}).clean();
        assertTrue(found, where + ": not noticed");
        Repair repair = new Repair(site.store().store(), tiers(site), Metrics.none(), Audit.none());
        for (IngestResult result : results) {
            repair.run(result.id());
        }
        ScrubReport again = scrub.run(Optional.empty(), (v, p, d) -> {});
        assertTrue(again.clean(), where + ": still damaged " + again.damages());
        for (IngestResult result : results) {
            VersionEntry version = version(site, result, where);
            assertTrue(
                    version.placements().stream()
                            .allMatch(p -> p.state() == PlacementState.VERIFIED),
                    where + ": " + version);
        }
        serves(site, where + ", repaired");
        count(file, "repaired");
    }

    private void count(Path file, String outcome) {
        String name = file.getFileName().toString();
        String kind = name.substring(name.lastIndexOf('.') + 1);
        outcomes.merge(kind + " " + outcome, 1L, Long::sum);
    }

    private static Tiers tiers(Site site) {
        return new Tiers(List.of(site.tier()));
    }

    private static VersionEntry version(Site site, IngestResult result, String where)
            throws IOException {
        return site.store()
                .catalog()
                .version(result.id())
                .orElseThrow(() -> new AssertionError(where + ": lost " + result));
    }

    private void serves(Site site, String where) throws IOException {
        for (IngestResult result : results) {
            VersionEntry version = version(site, result, where);
            byte[] bytes;
            try {
                bytes = site.store().read(version);
            } catch (IOException e) {
                throw new AssertionError(where + ": not served " + version, e);
            }
            assertEquals(result.digest(), Digest.ofBytes(bytes), where);
        }
    }

    /** A file that is older or gone may be no damage in itself: then its copies do not count. */
    private boolean knowsThatCopiesAreGone(Site site, String where) throws IOException {
        for (IngestResult result : results) {
            if (version(site, result, where).placements().size() < 2) {
                return true;
            }
        }
        return false;
    }

    private static boolean scanFinds(Site site) throws IOException {
        boolean[] found = new boolean[1];
        for (SegmentInfo segment : site.store().store().segments().segments()) {
            site.store().store().segments().scan(segment.id(), 0, new RecordVisitor() {
                @Override
                public boolean visit(RecordLocation location, RecordHeader header) {
                    return true;
                }

                @Override
                public void damaged(long id, ByteRange range, CorruptDataException cause) {
                    found[0] = true;
                }
            });
        }
        return found[0];
    }

    private static List<Path> files(Path data) throws IOException {
        List<Path> out = new ArrayList<>();
        for (String part : List.of("site", "hot", "longterm", "keys")) {
            if (!Files.exists(data.resolve(part))) {
                continue;
            }
            try (Stream<Path> walk = Files.walk(data.resolve(part))) {
                walk.filter(Files::isRegularFile).sorted().forEach(out::add);
            }
        }
        return out;
    }

    /** Whether there is such a damage of this file. */
    private boolean apply(Damage damage, Path file, Path data, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        switch (damage) {
            case FLIPPED_BIT ->
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            case ZEROED_PAGE -> {
                int at = random.nextInt(bytes.length) / PAGE * PAGE;
                Arrays.fill(bytes, at, Math.min(bytes.length, at + PAGE), (byte) 0);
            }
            case TRUNCATED -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case SWAPPED_PAGES ->
                swap(
                        bytes,
                        random.nextInt(bytes.length) / PAGE * PAGE,
                        PAGE,
                        random.nextInt(bytes.length) / PAGE * PAGE);
            case SWAPPED_RECORDS -> {
                return swapRecords(file, data);
            }
            case OLDER_VERSION -> {
                Path old = older.resolve(data.relativize(file).toString());
                if (!Files.exists(old)) {
                    return false;
                }
                bytes = Files.readAllBytes(old);
            }
            case MISSING -> {
                if (file.endsWith("strata-tier")) {
                    return false; // That is a medium which is not mounted.
                }
                Files.delete(file);
                return true;
            }
        }
        Files.write(file, bytes);
        return true;
    }

    private static void swap(byte[] bytes, int one, int length, int other) {
        if (Math.abs(one - other) < length || Math.max(one, other) + length > bytes.length) {
            return;
        }
        byte[] kept = Arrays.copyOfRange(bytes, one, one + length);
        System.arraycopy(bytes, other, bytes, one, length);
        System.arraycopy(kept, 0, bytes, other, length);
    }

    /** Two sound files of one kind under each other's name: packs, or the first of two segments. */
    private static boolean swapRecords(Path file, Path data) throws IOException {
        String name = file.getFileName().toString();
        String kind = name.substring(name.lastIndexOf('.') + 1);
        for (Path other : files(data)) {
            if (!other.equals(file) && other.toString().endsWith("." + kind)) {
                byte[] bytes = Files.readAllBytes(file);
                Files.write(file, Files.readAllBytes(other));
                Files.write(other, bytes);
                return true;
            }
        }
        return false;
    }
}
