package strata.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.Zstd;

import org.junit.jupiter.api.Test;

import strata.base.SharedFiles;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Real files, well-formed and malformed: every byte comes back. */
class SharedFilesTest {
    private static final int DENSE_BYTES = 300_000;
    private static final int PEER_BYTES = 100_000;

    @Test
    void everySharedFileComesBack() throws Exception {
        for (Path file : files()) {
            byte[] original = Files.readAllBytes(file);
            Encoded encoded = Encoded.of(original, EncodingProfile.FAST);
            assertArrayEquals(original, encoded.decode(), file.toString());
        }
    }

    /** The dense coder takes its time: some of the files, or all of them by command. */
    @Test
    void sharedFilesComeBackFromTheDenseProfile() throws Exception {
        boolean all = Boolean.getBoolean("strata.codec.all");
        List<Path> files = files();
        for (int i = 0; i < files.size(); i += all ? 1 : 12) {
            byte[] original = Files.readAllBytes(files.get(i));
            if (all || original.length <= DENSE_BYTES) {
                Encoded encoded = Encoded.of(original, EncodingProfile.DENSE);
                assertArrayEquals(original, encoded.decode(), files.get(i).toString());
            }
        }
    }

    /**
     * Alone, without a series to share anything with. Counted is what the object adds to a pack
     * between its entry header and the next, headers and checksums included; the pack's index is
     * not, nor is a file's name. The peer is the program, where there is one.
     */
    @Test
    void noSharedFileIsLongerThanZstdMakesIt() throws Exception {
        boolean all = Boolean.getBoolean("strata.codec.all");
        List<Path> files = files();
        List<String> longer = new ArrayList<>();
        for (int i = 0; i < files.size(); i += all ? 1 : 23) {
            Path file = files.get(i);
            byte[] original = Files.readAllBytes(file);
            boolean table = file.toString().endsWith(".tsv");
            if (table || !all && original.length > PEER_BYTES) {
                continue;
            }
            long peer = zstd19(file, original);
            for (EncodingProfile profile : EncodingProfile.values()) {
                try (SeriesContext alone = SeriesContext.ofOne()) {
                    int length = Encoded.of(original, profile, alone).bytes().length;
                    if (length > peer) {
                        longer.add(file + " " + profile + ": " + length + " of " + peer);
                    }
                }
            }
        }
        assertEquals(List.of(), longer);
    }

    private static long zstd19(Path file, byte[] original) throws Exception {
        if (!Files.isExecutable(Path.of("/usr/bin/zstd"))) {
            return Zstd.compress(original, 19).length + 4;
        }
        Process zstd = new ProcessBuilder("/usr/bin/zstd", "-19", "-q", "-c", file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long length = zstd.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertEquals(0, zstd.waitFor(), file.toString());
        return length;
    }

    @Test
    void wholeSeriesComeBackWithTheirTemplateAndAreSmall() throws Exception {
        assertRatio("series-ct-chest-philips-64", 2.29);
        assertRatio("series-mr-siemens-mprage-192", 3.6);
    }

    private static void assertRatio(String folder, double least) throws IOException {
        Optional<Path> shared = SharedFiles.dicom();
        assumeTrue(shared.isPresent(), "shared DICOM files are not here");
        long before = 0;
        long after = 0;
        try (SeriesContext series = new SeriesContext();
                Stream<Path> list = Files.list(shared.get().resolve(folder))) {
            for (Path file : (Iterable<Path>) list.sorted()::iterator) {
                byte[] original = Files.readAllBytes(file);
                Encoded encoded = Encoded.of(original, EncodingProfile.FAST, series);
                assertArrayEquals(original, encoded.decode(), file.toString());
                before += original.length;
                after += encoded.bytes().length;
            }
        }
        assertTrue((double) before / after >= least, folder + ": " + before + " to " + after);
    }

    @Test
    void anyRangeOfARealFileIsItsSlice() throws Exception {
        Random random = new Random(4);
        List<Path> files = files();
        for (int i = 0; i < 150; i++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] original = Files.readAllBytes(file);
            Encoded encoded = Encoded.of(original, EncodingProfile.FAST);
            try (ObjectDecoder decoder = encoded.decoder()) {
                int from = random.nextInt(original.length + 1);
                int length = random.nextInt(original.length - from + 1);
                decoder.skipTo(from);
                ByteBuffer range = ByteBuffer.allocate(length);
                decoder.readFully(range);
                assertTrue(
                        ByteBuffer.wrap(original, from, length).equals(range.flip()),
                        file + " from " + from + " length " + length);
            }
        }
    }

    private static List<Path> files() throws IOException {
        Optional<Path> shared = SharedFiles.dicom();
        assumeTrue(shared.isPresent(), "shared DICOM files are not here");
        try (Stream<Path> all = Files.walk(shared.get())) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
