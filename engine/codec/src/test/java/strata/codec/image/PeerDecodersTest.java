package strata.codec.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.SharedFiles;
import strata.dicom.Part10;
import strata.dicom.TransferSyntax;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Our decoders against DCMTK's and GDCM's, pixel for pixel, on the shared files. */
final class PeerDecodersTest {
    /**
     * What is known to be decoded otherwise, and why: GDCM 3.0 gives wrong planes for RLE of
     * several components with more than 8 bits, where DCMTK agrees with us, and a byte for each
     * single bit of JPEG 2000; one file says 240 rows of a JPEG stream that has 55.
     */
    private static final Set<String> JUSTIFIED = Set.of(
            "gdcmconv test_files__SC_rgb_rle_16bit.dcm",
            "gdcmconv test_files__SC_rgb_rle_32bit.dcm",
            "gdcmconv liver_j2k.dcm",
            "gdcmconv liver_nonbyte_aligned_j2k.dcm",
            "dcmdjpeg Data__multiframe.dcm");

    /** Longer files only with {@code -Dstrata.image.all=true}. */
    private static final long MOST_BYTES =
            Boolean.getBoolean("strata.image.all") ? Long.MAX_VALUE : 700_000;

    @TempDir
    Path folder;

    private final List<String> differences = new ArrayList<>();

    /** Decoders of a lossy stream with real numbers may round otherwise. */
    private int tolerance;

    private int compared;

    @Test
    void dcmtkDecodesRleAlike() throws Exception {
        compare(List.of("dcmdrle"), TransferSyntax.RLE_LOSSLESS);
    }

    @Test
    void dcmtkDecodesJpegLosslessAlike() throws Exception {
        compare(
                List.of("dcmdjpeg", "+cn"),
                TransferSyntax.JPEG_LOSSLESS,
                TransferSyntax.JPEG_LOSSLESS_SV1);
    }

    @Test
    void dcmtkDecodesJpegAlike() throws Exception {
        compare(
                List.of("dcmdjpeg", "+cn"),
                TransferSyntax.JPEG_BASELINE,
                TransferSyntax.JPEG_EXTENDED);
    }

    @Test
    void dcmtkDecodesJpegLsAlike() throws Exception {
        compare(
                List.of("dcmdjpls"),
                TransferSyntax.JPEG_LS_LOSSLESS,
                TransferSyntax.JPEG_LS_NEAR_LOSSLESS);
    }

    @Test
    void gdcmDecodesAlike() throws Exception {
        compare(
                List.of("gdcmconv", "--raw"),
                TransferSyntax.RLE_LOSSLESS,
                TransferSyntax.JPEG_LOSSLESS,
                TransferSyntax.JPEG_LOSSLESS_SV1,
                TransferSyntax.JPEG_LS_LOSSLESS,
                TransferSyntax.JPEG_LS_NEAR_LOSSLESS);
    }

    @Test
    void gdcmDecodesJpeg2000Alike() throws Exception {
        compare(List.of("gdcmconv", "--raw"), TransferSyntax.JPEG_2000_LOSSLESS);
    }

    @Test
    void gdcmDecodesLossyJpeg2000AlikeButForRounding() throws Exception {
        tolerance = 1;
        compare(List.of("gdcmconv", "--raw"), TransferSyntax.JPEG_2000);
    }

    @Test
    void singleBitsAreThoseOfTheNativeFile() throws Exception {
        Optional<Path> shared = SharedFiles.dicom();
        assumeTrue(shared.isPresent(), "shared DICOM files are not here");
        Path files = shared.get().resolve("pydicom-data");
        for (String name : List.of("liver", "liver_nonbyte_aligned")) {
            Frames expected = open(files.resolve(name + ".dcm")).orElseThrow();
            for (String coded : List.of("_rle.dcm", "_j2k.dcm")) {
                Frames found = open(files.resolve(name + coded)).orElseThrow();
                assertEquals(expected.count(), found.count());
                for (int i = 0; i < expected.count(); i++) {
                    assertArrayEquals(expected.decoded(i), found.decoded(i), name + coded + i);
                }
            }
        }
    }

    private void compare(List<String> command, TransferSyntax... syntaxes) throws Exception {
        Optional<Path> shared = SharedFiles.dicom();
        assumeTrue(shared.isPresent(), "shared DICOM files are not here");
        assumeTrue(Programs.isHere(command.get(0)), command.get(0) + " is not installed");
        List<TransferSyntax> wanted = List.of(syntaxes);
        try (Stream<Path> all = Files.walk(shared.get())) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile).sorted()::iterator) {
                if (Files.size(file) <= MOST_BYTES
                        && syntax(file).filter(wanted::contains).isPresent()
                        && !JUSTIFIED.contains(command.get(0) + " " + file.getFileName())) {
                    compare(command, file);
                }
            }
        }
        assertEquals(List.of(), differences);
        assertTrue(compared >= wanted.size(), compared + " files for " + wanted);
    }

    private static Optional<TransferSyntax> syntax(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            Part10.Header header = Part10.open(in).header();
            return header.meta().isEmpty() ? Optional.empty() : Optional.of(header.syntax());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A file that the peer cannot decode is left to it. */
    private void compare(List<String> command, Path file) throws IOException {
        Path decoded = folder.resolve("decoded.dcm");
        Files.deleteIfExists(decoded);
        List<String> whole = new ArrayList<>(command);
        whole.add(file.toString());
        whole.add(decoded.toString());
        if (!Programs.run(whole) || !Files.exists(decoded)) {
            return;
        }
        Optional<Frames> theirs = open(decoded);
        if (theirs.isEmpty() || theirs.get().isEncapsulated()) {
            return;
        }
        compared++;
        String name = command.get(0) + " " + file.getFileName();
        try {
            Frames ours = open(file).orElseThrow();
            for (int i = 0; i < ours.count(); i++) {
                int most = difference(
                        interleaved(theirs.get(), i),
                        interleaved(ours, i),
                        ours.layout().bytesPerSample());
                if (most > tolerance) {
                    differences.add(name + " frame " + i + " by " + most + " of " + ours.layout());
                    return;
                }
            }
        } catch (IOException e) {
            differences.add(name + ": " + e.getMessage());
        }
    }

    private static int difference(byte[] one, byte[] two, int bytesPerSample) {
        if (one.length != two.length) {
            return Integer.MAX_VALUE;
        }
        int most = Arrays.equals(one, two) ? 0 : 1;
        for (int i = 0; most > 0 && i < one.length; i += bytesPerSample) {
            int high = bytesPerSample == 1 ? 0 : one[i + 1] - two[i + 1];
            int low = (one[i] & 0xFF) - (two[i] & 0xFF);
            most = Math.max(most, Math.abs(high * 256 + low));
        }
        return most;
    }

    private static byte[] interleaved(Frames frames, int i) throws IOException {
        return Images.interleaved(frames.decoded(i), frames.decodedLayout());
    }

    private static Optional<Frames> open(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Part10.Header header = Part10.readHeader(ByteBuffer.wrap(bytes));
        byte[] dataSet = Arrays.copyOfRange(bytes, header.dataSetOffset(), bytes.length);
        return Frames.open(DataSetBytes.of(dataSet), header.syntax());
    }
}
