package strata.server.system;

import strata.base.Audit;
import strata.base.Digest;
import strata.base.Disk;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogOptions;
import strata.catalog.Location;
import strata.catalog.VersionEntry;
import strata.dicom.DataSetWriter;
import strata.mover.Migration;
import strata.mover.Release;
import strata.mover.Tiers;
import strata.segment.SegmentLog;
import strata.segment.SegmentLogOptions;
import strata.store.DataDirectory;
import strata.store.Ingest;
import strata.store.IngestRequest;
import strata.store.IngestResult;
import strata.store.ObjectReader;
import strata.store.Store;
import strata.store.StoreOptions;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.TierObjectSource;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store in a process of its own, to be killed: opens a data directory, holds it against the list
 * of all acknowledgements so far, says {@code checked}, and then stores objects, moves and reclaims
 * until the end. Each acknowledgement is a line {@code UID DIGEST} on standard output, written
 * after the store said that the object is stored.
 *
 * <pre>StoreChild DIRECTORY LIST FIRST-NUMBER synced|unsynced</pre>
 */
final class StoreChild {
    /** For acknowledgements alone; what libraries print goes to standard error. */
    private static final PrintStream OUT = System.out;

    private static final int WRITERS = 4;
    private static final int STUDY_OBJECTS = 50;
    private static final Release.Elsewhere ONE_COPY = new Release.Elsewhere(1, 0, 0);

    private final Store store;
    private final LocalTier tier;
    private final AtomicLong numbers;

    private StoreChild(Store store, LocalTier tier, long first) {
        this.store = store;
        this.tier = tier;
        this.numbers = new AtomicLong(first);
    }

    public static void main(String[] arguments) throws IOException {
        System.setOut(System.err);
        Path data = Path.of(arguments[0]);
        boolean synced = arguments[3].equals("synced");
        Disk disk = synced ? new LocalDisk() : new UnsyncedDisk();
        DataDirectory directory = DataDirectory.open(data, new LocalDisk());
        SegmentLog segments = SegmentLog.open(
                disk,
                data.resolve("hot"),
                SegmentLogOptions.defaults().withSegmentBytes(4 << 20).withReserveBytes(0),
                Metrics.none());
        Catalog catalog =
                Store.openCatalog(data.resolve("catalog"), CatalogOptions.DEFAULT, Metrics.none());
        LocalTier tier = LocalTier.open(
                disk,
                data.resolve("longterm"),
                LocalTierOptions.of("longterm"),
                Metrics.none(),
                Clock.systemUTC());
        Store store = Store.open(
                directory.site(),
                segments,
                catalog,
                List.of(new TierObjectSource(tier)),
                StoreOptions.defaults(),
                Metrics.none(),
                Audit.none());
        StoreChild child = new StoreChild(store, tier, Long.parseLong(arguments[2]));
        int count = 0;
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
            child.check(line);
            count++;
        }
        catalog.verify();
        say("checked " + count);
        for (int i = 0; i < WRITERS; i++) {
            new Thread(child::write, "writer-" + i).start();
        }
        new Thread(child::move, "mover").start();
    }

    private static synchronized void say(String line) {
        OUT.println(line);
        OUT.flush();
    }

    private void check(String line) throws IOException {
        String[] words = line.split(" ");
        Optional<VersionEntry> version = store.catalog().current(new Uid(words[0]));
        if (version.isEmpty()) {
            end("lost " + line);
        }
        MessageDigest sha256 = Digest.newSha256();
        ByteBuffer piece = ByteBuffer.allocate(1 << 16);
        try (ObjectReader reader = store.open(version.get())) {
            while (reader.read(piece) >= 0) {
                sha256.update(piece.flip());
                piece.clear();
            }
        } catch (IOException e) {
            end("unreadable " + line + " " + e);
        }
        if (!Digest.finish(sha256).toString().equals(words[1])) {
            end("altered " + line);
        }
    }

    private static void end(String why) {
        say(why);
        Runtime.getRuntime().halt(7);
    }

    private static Uid study(long number) {
        return new Uid("1.2.3." + number / STUDY_OBJECTS);
    }

    /** Refusals end a writer: the power is gone. */
    private void write() {
        try {
            while (true) {
                long number = numbers.incrementAndGet();
                Uid series = new Uid(study(number) + ".1");
                Uid instance = new Uid(series + "." + number);
                int columns = 16 + new Random(number).nextInt(200);
                byte[] bytes = DataSetWriter.toBytes(
                        TestStore.image(study(number), series, instance, columns, number),
                        TestStore.SYNTAX);
                try (Ingest ingest = store.begin(new IngestRequest(
                        TestStore.CT_IMAGE, instance, TestStore.SYNTAX.uid(), Optional.empty()))) {
                    ingest.write(ByteBuffer.wrap(bytes));
                    IngestResult result = ingest.commit();
                    say(instance + " " + result.digest());
                }
            }
        } catch (IOException e) {
            System.err.println("writer ends: " + e);
        }
    }

    /** Whole studies go to the long-term tier, their segments are reclaimed. */
    private void move() {
        try {
            while (true) {
                Uid study = study(numbers.get() - STUDY_OBJECTS);
                new Migration(store, Metrics.none()).run(study, tier);
                new Release(store, new Tiers(List.of(tier))).run(study, Location.HOT, ONE_COPY);
                store.compaction().all();
            }
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("mover ends: " + e);
        }
    }
}
