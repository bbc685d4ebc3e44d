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

import strata.base.DiskFile;
import strata.base.LocalDisk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * What one write and its sync cost without anything of ours around them: at the end of a file that
 * grows, where the sync has to make the new length and blocks durable too, and in one that was
 * filled with zeros beforehand, as segments are; through the page cache, and past it as long
 * records are written.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FileSyncBenchmark {
    private static final long FILE_BYTES = 256L << 20;
    private static final int PAGE_BYTES = 4096;

    @Param
    Sample sample;

    @Param({"true", "false"})
    boolean allocated;

    @Param({"true", "false"})
    boolean direct;

    private final LocalDisk disk = new LocalDisk();
    private WorkDirectory directory;
    private DiskFile file;
    private ByteBuffer bytes;
    private long end;
    private int files;

    @Setup
    public void fill() throws IOException {
        int length = sample.fileBytes().length;
        int whole = (length + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        bytes = ByteBuffer.allocateDirect(whole + PAGE_BYTES)
                .alignedSlice(PAGE_BYTES)
                .limit(whole)
                .slice()
                .put(sample.fileBytes())
                .clear();
        directory = WorkDirectory.create("sync");
    }

    /** One file for each iteration; it begins again at the start when it is full. */
    @Setup(Level.Iteration)
    public void next() throws IOException {
        file = disk.create(directory.path().resolve("file-" + files++));
        if (allocated) {
            file.allocate(FILE_BYTES);
        }
        file.sync();
        end = 0;
    }

    @Benchmark
    public long writeAndSync() throws IOException {
        if (end + bytes.capacity() > FILE_BYTES) {
            if (!allocated) {
                file.truncate(0);
            }
            end = 0;
        }
        if (direct) {
            file.writeDirect(bytes.clear(), end);
        } else {
            file.write(bytes.clear(), end);
        }
        file.sync();
        end += bytes.capacity();
        return end;
    }

    @TearDown(Level.Iteration)
    public void closeFile() throws IOException {
        file.close();
    }

    @TearDown
    public void close() throws IOException {
        directory.close();
    }
}
