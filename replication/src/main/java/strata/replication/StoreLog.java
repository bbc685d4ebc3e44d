package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.StorageException;
import strata.catalog.VersionEntry;
import strata.segment.DurableListener;
import strata.segment.RecordHeader;
import strata.segment.RecordKind;
import strata.segment.RecordLocation;
import strata.segment.RecordVisitor;
import strata.store.ObjectReader;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The log of a store: its segments in the order of their numbers. */
final class StoreLog implements LogSource {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLog.class);

    private final Store store;

    StoreLog(Store store) {
        this.store = store;
    }

    @Override
    public List<Extent> extents() {
        return store.segments().segments().stream()
                .map(s -> new Extent(s.id(), s.durableLengthBytes(), s.recordCount()))
                .toList();
    }

    @Override
    public List<LogRecord> read(long segment, long fromOffset, long fromIndex, int maxRecords)
            throws IOException {
        Page page = new Page(fromIndex, maxRecords);
        long end = store.segments().scan(segment, fromOffset, page);
        return page.records(end);
    }

    /** Some records as they are visited; where one ends is known from where the next begins. */
    private static final class Page implements RecordVisitor {
        private final long firstIndex;
        private final int maxRecords;
        private final List<RecordLocation> locations = new ArrayList<>();
        private final List<RecordHeader> headers = new ArrayList<>();

        Page(long firstIndex, int maxRecords) {
            this.firstIndex = firstIndex;
            this.maxRecords = maxRecords;
        }

        @Override
        public boolean visit(RecordLocation location, RecordHeader header) {
            locations.add(location);
            headers.add(header);
            return headers.size() < maxRecords;
        }

        @Override
        public void damaged(long segment, ByteRange range, CorruptDataException cause) {
            LOG.warn("segment {}: not replicated from here: {}", segment, cause.getMessage());
        }

        List<LogRecord> records(long end) {
            List<LogRecord> records = new ArrayList<>();
            for (int i = 0; i < headers.size(); i++) {
                RecordHeader header = headers.get(i);
                boolean last = i + 1 == headers.size();
                records.add(new LogRecord(
                        locations.get(i).segment(),
                        locations.get(i).offset(),
                        last ? end : locations.get(i + 1).offset(),
                        firstIndex + i,
                        header.kind() == RecordKind.OBJECT,
                        header.id(),
                        header.digest(),
                        header.bodyLengthBytes(),
                        header.attributes(),
                        header.appendedAt()));
            }
            return records;
        }
    }

    @Override
    public ObjectReader open(LogRecord record) throws IOException {
        VersionEntry version = store.catalog().version(record.id()).orElse(null);
        if (version == null) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE,
                    record.id() + " is not in the catalog any more",
                    null);
        }
        return LocalCopies.open(store, version);
    }

    @Override
    public Closeable onDurable(Runnable listener) {
        DurableListener each = (segment, durableLengthBytes) -> listener.run();
        store.segments().addListener(each);
        return () -> store.segments().removeListener(each);
    }
}
