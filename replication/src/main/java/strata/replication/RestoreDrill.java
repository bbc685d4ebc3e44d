package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Digest;
import strata.base.Disk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.OperatorException;
import strata.base.StorageException;
import strata.catalog.Catalog;
import strata.catalog.CatalogOptions;
import strata.catalog.Placement;
import strata.catalog.VersionEntry;
import strata.segment.SegmentLog;
import strata.segment.SegmentLogOptions;
import strata.store.DataDirectory;
import strata.store.Ingest;
import strata.store.IngestResult;
import strata.store.ObjectReader;
import strata.store.ObjectSource;
import strata.store.RecordAttributes;
import strata.store.Store;
import strata.store.StoreOptions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Restores what a source holds, all or a sample, into an empty directory, as after the loss of a
 * site: every object is written by the ordinary ingest, synced, read again, and compared with its
 * digest and, where there is one, with a manifest of the lost site. What it makes is a data
 * directory that a server can be started on. One thread; runs once.
 */
public final class RestoreDrill {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreDrill.class);
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int ALL_PERCENT = 100;

    /** What is restored from: a tier, or another site. */
    public interface Source {
        String name();

        void forEach(ObjectSource.Visitor visitor) throws IOException;
    }

    private final Source source;
    private final Disk disk;
    private final Path into;
    private final int samplePercent;
    private final Optional<Manifest> manifest;
    private final Clock clock;

    private final Set<Digest> restoredDigests = new HashSet<>();
    private final List<String> troubles = new ArrayList<>();
    private long offered;
    private long restored;
    private long restoredBytes;
    private long failed;
    private Instant newest;

    /**
     * @param into must not exist, or be empty
     * @param samplePercent 1 to 100, of the objects, chosen by their digests
     */
    public RestoreDrill(
            Source source,
            Disk disk,
            Path into,
            int samplePercent,
            Optional<Manifest> manifest,
            Clock clock)
            throws OperatorException {
        if (samplePercent < 1 || samplePercent > ALL_PERCENT) {
            throw new OperatorException("a sample is 1 to 100 percent");
        }
        this.source = source;
        this.disk = disk;
        this.into = into;
        this.samplePercent = samplePercent;
        this.manifest = manifest;
        this.clock = clock;
    }

    public DrillReport run() throws IOException {
        if (disk.exists(into) && !disk.list(into).isEmpty()) {
            throw new OperatorException(into + " is not empty; a drill restores into nothing");
        }
        disk.createDirectories(into);
        Instant begin = clock.instant();
        try (DataDirectory directory = DataDirectory.open(into, disk);
                SegmentLog segments = SegmentLog.open(
                        disk, into.resolve("hot"), SegmentLogOptions.defaults(), Metrics.none());
                Catalog catalog = Store.openCatalog(
                        into.resolve("catalog"), CatalogOptions.DEFAULT, Metrics.none());
                Store store = Store.open(
                        directory.site(),
                        segments,
                        catalog,
                        List.of(),
                        StoreOptions.defaults(),
                        Metrics.none(),
                        Audit.none())) {
            source.forEach((id, digest, lengthBytes, attributes, placement, content) ->
                    offer(store, id, digest, attributes, content));
        }
        List<Manifest.Line> missing = missing();
        missing.forEach(line -> trouble("missing: " + line));
        Duration took = Duration.between(begin, clock.instant());
        return new DrillReport(
                source.name(),
                begin,
                samplePercent,
                offered,
                restored,
                restoredBytes,
                failed,
                manifest.map(m ->
                        m.lines().stream().filter(l -> isSampled(l.digest())).count()),
                missing.size(),
                troubles,
                manifest.map(m -> missing.stream()
                        .map(Manifest.Line::receivedAt)
                        .min(Instant::compareTo)
                        .map(oldest -> Duration.between(oldest, begin))
                        .orElse(Duration.ZERO)),
                Optional.ofNullable(newest),
                took);
    }

    private boolean isSampled(Digest digest) {
        return Math.floorMod(digest.a(), ALL_PERCENT) < samplePercent;
    }

    private void offer(
            Store store,
            ObjectId id,
            Digest digest,
            byte[] attributes,
            ObjectSource.Visitor.Content content)
            throws IOException {
        offered++;
        Instant received = RecordAttributes.decode(attributes, "object " + id).receivedAt();
        newest = newest == null || received.isAfter(newest) ? received : newest;
        if (!isSampled(digest) || restoredDigests.contains(digest)) {
            return;
        }
        try {
            restore(store, id, digest, attributes, content);
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.FULL) {
                throw e;
            }
            failed(id, e);
        } catch (IOException e) {
            failed(id, e);
        }
    }

    private void failed(ObjectId id, IOException cause) {
        failed++;
        LOG.warn("{} not restored: {}", id, cause.getMessage());
        trouble(id + ": " + cause.getMessage());
    }

    private void trouble(String text) {
        if (troubles.size() < DrillReport.MOST_LISTED) {
            troubles.add(text);
        }
    }

    private void restore(
            Store store,
            ObjectId id,
            Digest digest,
            byte[] attributes,
            ObjectSource.Visitor.Content content)
            throws IOException {
        IngestResult result;
        try (ObjectReader from = content.open();
                Ingest to = store.beginReplica(id, digest, attributes)) {
            ByteBuffer part = ByteBuffer.allocate(BUFFER_BYTES);
            while (from.read(part) >= 0) {
                to.write(part.flip());
                part.clear();
            }
            result = to.commit();
        }
        VersionEntry entry = store.catalog()
                .version(result.id())
                .orElseThrow(() -> new IOException("is not in the index"));
        for (Placement placement : entry.placements()) {
            Digest found = CompareSession.read(store.openCopy(entry, placement.location()));
            if (!found.equals(digest)) {
                throw new IOException("has digest " + found + " after it was restored");
            }
        }
        restored++;
        restoredBytes += entry.lengthBytes();
        restoredDigests.add(digest);
    }

    private List<Manifest.Line> missing() {
        return manifest.map(m -> m.lines().stream()
                        .filter(line -> isSampled(line.digest()))
                        .filter(line -> !restoredDigests.contains(line.digest()))
                        .toList())
                .orElse(List.of());
    }
}
