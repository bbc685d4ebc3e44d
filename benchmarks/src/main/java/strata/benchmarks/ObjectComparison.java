package strata.benchmarks;

import strata.codec.EncodedLayout;
import strata.codec.EncodingProfile;
import strata.codec.ObjectEncoder;
import strata.codec.SeriesContext;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every object of a folder by itself, in both profiles, beside the program {@code zstd -19}: how
 * many bytes all of them take, and how many objects are longer than zstd makes them. Counted is the
 * encoded object with its headers and checksums, without the pack's index. Prints the rows of a
 * Markdown table. Arguments: take every n-th file, then folders.
 */
public final class ObjectComparison {
    private ObjectComparison() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        for (int i = 1; i < args.length; i++) {
            compare(Path.of(args[i]), Integer.parseInt(args[0]));
        }
    }

    private static void compare(Path folder, int step) throws IOException, InterruptedException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".tsv"))
                    .sorted()
                    .toList();
        }
        EncodingProfile[] profiles = EncodingProfile.values();
        long[] stored = new long[profiles.length];
        int[] longer = new int[profiles.length];
        long original = 0;
        long peers = 0;
        int count = 0;
        for (int i = 0; i < files.size(); i += step) {
            byte[] bytes = Files.readAllBytes(files.get(i));
            long peer = zstd(files.get(i));
            count++;
            original += bytes.length;
            peers += peer;
            for (int p = 0; p < profiles.length; p++) {
                long length = ours(profiles[p], bytes);
                stored[p] += length;
                longer[p] += length > peer ? 1 : 0;
            }
        }
        String name = folder.getFileName() + ", " + count + " files";
        System.out.println("| " + name + " | as they are | " + original + " | - |");
        System.out.println("| " + name + " | zstd -19 | " + peers + " | - |");
        for (int p = 0; p < profiles.length; p++) {
            String coder = "Strata " + profiles[p].profileName();
            System.out.println(
                    "| " + name + " | " + coder + " | " + stored[p] + " | " + longer[p] + " |");
        }
    }

    private static long ours(EncodingProfile profile, byte[] bytes) throws IOException {
        try (SeriesContext alone = SeriesContext.ofOne();
                ObjectEncoder encoder = new ObjectEncoder(profile)) {
            EncodedLayout layout = encoder.encode(
                    new ByteArrayInputStream(bytes), alone, OutputStream.nullOutputStream());
            return layout.encodedBytes();
        }
    }

    private static long zstd(Path file) throws IOException, InterruptedException {
        Process zstd = new ProcessBuilder("zstd", "-19", "-q", "-c", file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long length = zstd.getInputStream().transferTo(OutputStream.nullOutputStream());
        if (zstd.waitFor() != 0) {
            throw new IOException("zstd could not read " + file);
        }
        return length;
    }
}
