package strata.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import strata.base.Digest;

import java.security.MessageDigest;
import java.util.zip.CRC32C;

/** The two checksums that every byte passes at receipt. */
@State(Scope.Thread)
public class ChecksumBenchmark {
    @Param
    Sample sample;

    private byte[] bytes;
    private final CRC32C crc = new CRC32C();
    private final MessageDigest sha256 = Digest.newSha256();

    @Setup
    public void make() {
        bytes = sample.fileBytes();
    }

    @Benchmark
    public long crc32c() {
        crc.reset();
        crc.update(bytes);
        return crc.getValue();
    }

    @Benchmark
    public Digest sha256() {
        sha256.update(bytes);
        return Digest.finish(sha256);
    }
}
