package strata.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import strata.codec.EncodedLayout;
import strata.codec.EncodedSource;
import strata.codec.EncodingProfile;
import strata.codec.ObjectDecoder;
import strata.codec.ObjectEncoder;
import strata.codec.SeriesContext;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The archive codec over one CT slice, as the second and every later instance of a series meets it:
 * in the long-term tier's default profile, with a template.
 */
@State(Scope.Thread)
public class ArchiveCodecBenchmark {
    static final Sample SAMPLE = Sample.CT;

    private final ObjectEncoder encoder = new ObjectEncoder(EncodingProfile.FAST);
    private final SeriesContext series = new SeriesContext();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteBuffer decoded = ByteBuffer.allocate(256 << 10);
    private byte[] original;
    private byte[] encoded;
    private EncodedLayout layout;

    @Setup
    public void make() throws IOException {
        original = SAMPLE.fileBytes();
        encode();
        layout = encode();
        encoded = out.toByteArray();
        ByteBuffer back = ByteBuffer.allocate(original.length);
        try (ObjectDecoder decoder = decoder()) {
            decoder.readFully(back);
        }
        if (!Arrays.equals(original, back.array())) {
            throw new IllegalStateException("the codec does not give back what it got");
        }
    }

    @Benchmark
    public EncodedLayout encode() throws IOException {
        out.reset();
        return encoder.encode(new ByteArrayInputStream(original), series, out);
    }

    @Benchmark
    public long decode() throws IOException {
        long count = 0;
        try (ObjectDecoder decoder = decoder()) {
            int read;
            while ((read = decoder.read(decoded.clear())) >= 0) {
                count += read;
            }
        }
        return count;
    }

    private ObjectDecoder decoder() {
        return new ObjectDecoder("sample", EncodedSource.of(encoded), layout, series.template());
    }

    /** The size of the encoded slice stands beside the speed in the log of the run. */
    @TearDown
    public void close() {
        System.out.printf("%d -> %d bytes%n", original.length, encoded.length);
        encoder.close();
        series.close();
    }
}
