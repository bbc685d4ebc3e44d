package strata.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.segment.RecordKind;
import strata.segment.RecordLocation;
import strata.segment.RecordWriter;
import strata.segment.SegmentInfo;
import strata.segment.SegmentLog;
import strata.segment.SegmentLogOptions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Append and commit of one record, durable on a real disk: alone, where each record pays for its
 * own sync, and 4 and 16 at a time, which share one; in one segment, or in two at a time, so that
 * one sync that takes long holds back half of the writers.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SegmentAppendBenchmark {
    private static final SiteId SITE = new SiteId(0xbe7c);

    @Param
    Sample sample;

    @Param({"1", "2"})
    int lanes;

    private final AtomicLong sequence = new AtomicLong();
    private WorkDirectory directory;
    private SegmentLog log;
    private byte[] body;

    @Setup
    public void open() throws IOException {
        body = sample.fileBytes();
        directory = WorkDirectory.create("segment");
        SegmentLogOptions defaults = SegmentLogOptions.defaults();
        log = SegmentLog.open(
                new LocalDisk(),
                directory.path(),
                defaults.withLanes(lanes, defaults.streamLanes()),
                Metrics.none());
    }

    @Benchmark
    @Threads(1)
    public RecordLocation oneWriter() throws IOException {
        return append();
    }

    @Benchmark
    @Threads(4)
    public RecordLocation fourWriters() throws IOException {
        return append();
    }

    @Benchmark
    @Threads(16)
    public RecordLocation sixteenWriters() throws IOException {
        return append();
    }

    private RecordLocation append() throws IOException {
        ObjectId id = new ObjectId(SITE, sequence.incrementAndGet());
        try (RecordWriter writer = log.begin(RecordKind.OBJECT, id)) {
            writer.write(ByteBuffer.wrap(body));
            return writer.commit(new byte[0]);
        }
    }

    /** Keeps the disk from filling up: what an iteration wrote is of no further use. */
    @TearDown(Level.Iteration)
    public void deleteSealed() throws IOException {
        for (SegmentInfo segment : log.segments()) {
            if (segment.sealed()) {
                log.delete(segment.id());
            }
        }
    }

    @TearDown
    public void close() throws IOException {
        log.close();
        directory.close();
    }
}
