package strata.store;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.catalog.Catalog;
import strata.catalog.SegmentMark;
import strata.segment.SegmentInfo;
import strata.segment.SegmentLog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Whether the segments are those that the catalog has seen: for each the number of its records and
 * a digest over them. One small read for a sealed segment; of one that was open at the last
 * checkpoint, the list of its records is read and summed up to the mark.
 */
final class Agreement {
    /** Small reads of many files: what counts is how many are under way. */
    private static final int READERS = 16;

    private final SegmentLog segments;
    private final Map<Long, SegmentMark> marks = new TreeMap<>();
    private final Map<Long, SegmentInfo> present = new TreeMap<>();

    Agreement(SegmentLog segments, Catalog catalog) throws IOException {
        this.segments = segments;
        catalog.segmentMarks().forEach(mark -> marks.put(mark.segment(), mark));
        segments.segments().forEach(segment -> present.put(segment.id(), segment));
    }

    /** The mark of a segment, that of its beginning when there is none. */
    SegmentMark mark(long segment) {
        return marks.getOrDefault(segment, SegmentMark.start(segment));
    }

    /** The first disagreement in words; empty when there is none. */
    Optional<String> disagreement() throws IOException {
        List<Callable<Optional<String>>> looks = new ArrayList<>();
        for (SegmentMark mark : marks.values()) {
            SegmentInfo segment = present.get(mark.segment());
            if (segment != null) {
                looks.add(() -> disagreement(mark, segment));
            }
        }
        ExecutorService readers = Executors.newFixedThreadPool(READERS, work -> {
            Thread thread = new Thread(work, "strata-compare");
            thread.setDaemon(true);
            return thread;
        });
        try {
            for (Future<Optional<String>> look : readers.invokeAll(looks)) {
                Optional<String> found = look.get();
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("segments cannot be compared", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while segments are compared", e);
        } finally {
            readers.shutdownNow();
        }
    }

    private Optional<String> disagreement(SegmentMark mark, SegmentInfo segment)
            throws IOException {
        String name = "segment " + mark.segment();
        long end = segment.durableLengthBytes();
        if (mark.throughOffset() > end) {
            return Optional.of(name + " is shorter than the catalog has seen");
        }
        if (mark.throughOffset() == end && mark.records() != segment.recordCount()) {
            return Optional.of(name + " has " + segment.recordCount()
                    + " records, the catalog has seen " + mark.records());
        }
        if (!sameRecords(mark)) {
            return Optional.of(name + " holds other records than the catalog has seen");
        }
        return Optional.empty();
    }

    private boolean sameRecords(SegmentMark mark) throws IOException {
        if (mark.sealed().isPresent()) {
            try {
                Optional<Digest> found = segments.recordsDigest(mark.segment());
                if (found.isPresent()) {
                    return found.equals(mark.sealed());
                }
            } catch (CorruptDataException damagedFooter) {
                return SegmentMarks.walk(segments, mark).sameAs(mark);
            }
        }
        return SegmentMarks.advance(
                        segments, SegmentMark.start(mark.segment()), mark.throughOffset())
                .sameAs(mark);
    }

    /** The segments that are gone, of those that the catalog has seen. */
    List<Long> missing() {
        return marks.keySet().stream().filter(id -> !present.containsKey(id)).toList();
    }
}
