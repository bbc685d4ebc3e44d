package strata.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prints ratio and speed of each profile on folders of DICOM files, processor time of one core,
 * best of several runs. Arguments: the folders.
 */
public final class MeasureSeries {
    private static final int RUNS = 6;

    private MeasureSeries() {}

    public static void main(String[] folders) throws IOException {
        for (String folder : folders) {
            List<byte[]> files = new ArrayList<>();
            try (Stream<Path> list = Files.list(Path.of(folder))) {
                for (Path file : (Iterable<Path>) list.sorted()::iterator) {
                    files.add(Files.readAllBytes(file));
                }
            }
            for (EncodingProfile profile : EncodingProfile.values()) {
                measure(Path.of(folder).getFileName().toString(), files, profile);
            }
        }
    }

    private static void measure(String name, List<byte[]> files, EncodingProfile profile)
            throws IOException {
        double encodeBest = 0;
        double decodeBest = 0;
        long before = files.stream().mapToLong(f -> f.length).sum();
        long after = 0;
        int runs = profile == EncodingProfile.DENSE ? 1 : RUNS;
        for (int run = 0; run < runs; run++) {
            try (SeriesContext series = new SeriesContext();
                    ObjectEncoder encoder = new ObjectEncoder(profile)) {
                List<Encoded> encoded = new ArrayList<>();
                long start = cpuNanos();
                for (byte[] file : files) {
                    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
                    EncodedLayout layout =
                            encoder.encode(new ByteArrayInputStream(file), series, out);
                    encoded.add(new Encoded(out.toByteArray(), layout, series.template()));
                }
                encodeBest = Math.max(encodeBest, before / 1e6 / seconds(start));
                start = cpuNanos();
                ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
                for (Encoded one : encoded) {
                    try (ObjectDecoder decoder = one.decoder()) {
                        while (decoder.read(buffer.clear()) >= 0) {
                            buffer.flip();
                        }
                    }
                }
                decodeBest = Math.max(decodeBest, before / 1e6 / seconds(start));
                after = encoded.stream().mapToLong(e -> e.bytes().length).sum();
            }
        }
        System.out.printf(
                "%-32s %-9s ratio %.3f encode %.0f MB/s decode %.0f MB/s%n",
                name, profile, (double) before / after, encodeBest, decodeBest);
    }

    /** Time of this thread's core alone, so that a busy machine measures the same. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double seconds(long start) {
        return (cpuNanos() - start) / 1e9;
    }
}
