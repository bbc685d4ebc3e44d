package strata.codec.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import strata.base.SharedFiles;
import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.Element;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Real data sets in other transfer syntaxes: the same pixels, and the same of everything else. */
final class SharedTranscodingTest {
    private static final int MAX_BYTES = 3 << 20;
    private static final int MAX_PIXEL_BYTES = 1 << 20;

    /** Of the native files, which are many and alike, one of so many. */
    private static final int NATIVE_STEP = 15;

    private static final TransferSyntax EXPLICIT = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;
    private static final List<TransferSyntax> TARGETS = List.of(
            TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN,
            EXPLICIT,
            TransferSyntax.EXPLICIT_VR_BIG_ENDIAN,
            TransferSyntax.RLE_LOSSLESS,
            TransferSyntax.JPEG_LOSSLESS_SV1,
            TransferSyntax.JPEG_LS_LOSSLESS);

    /** What may change with the pixels' encoding. */
    private static final Set<Integer> CHANGED = Set.of(
            Tag.PixelData,
            Tag.PhotometricInterpretation,
            Tag.PlanarConfiguration,
            Tag.LossyImageCompression,
            Tag.LossyImageCompressionRatio,
            Tag.LossyImageCompressionMethod,
            Tag.ExtendedOffsetTable,
            Tag.ExtendedOffsetTableLengths);

    private record Stored(Path file, TransferSyntax syntax, byte[] dataSet) {}

    private static List<Stored> files() throws IOException {
        Optional<Path> shared = SharedFiles.dicom();
        assumeTrue(shared.isPresent(), "shared DICOM files are not here");
        int[] natives = new int[1];
        try (Stream<Path> all = Files.walk(shared.get())) {
            return all.filter(Files::isRegularFile)
                    .sorted()
                    .flatMap(file -> read(file).stream())
                    .filter(stored ->
                            stored.syntax.isEncapsulated() || natives[0]++ % NATIVE_STEP == 0)
                    .toList();
        }
    }

    private static Optional<Stored> read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            byte[] bytes = Files.readAllBytes(file);
            Part10.Header header = Part10.readHeader(ByteBuffer.wrap(bytes));
            boolean suits =
                    !header.meta().isEmpty() && Transcoding.isPossible(header.syntax(), EXPLICIT);
            byte[] dataSet = Arrays.copyOfRange(bytes, header.dataSetOffset(), bytes.length);
            return suits
                    ? Optional.of(new Stored(file, header.syntax(), dataSet))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] transcoded(byte[] dataSet, TransferSyntax from, TransferSyntax to)
            throws IOException {
        try (InputStream in = new TranscodedDataSet(
                new ByteArrayInputStream(dataSet), dataSet.length, from, to)) {
            return in.readAllBytes();
        }
    }

    /** The frames of a readable image of bearable size, all of which can be decoded. */
    private static Optional<Frames> frames(byte[] dataSet, TransferSyntax syntax) {
        try {
            Optional<Frames> opened = Frames.open(DataSetBytes.of(dataSet), syntax);
            if (opened.isEmpty() || syntax.isDeflated()) {
                return Optional.empty();
            }
            Frames frames = opened.get();
            int said = frames.header().intValue(Tag.NumberOfFrames).orElse(1);
            long pixels = frames.count() * frames.decodedLayout().frameBytes();
            if (pixels > MAX_PIXEL_BYTES || frames.count() < said) {
                return Optional.empty();
            }
            for (int i = 0; i < frames.count(); i++) {
                frames.decoded(i);
            }
            return opened;
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Test
    void pixelsAndAllElseStayTheSame() throws Exception {
        int compared = 0;
        for (Stored stored : files()) {
            Optional<Frames> frames = frames(stored.dataSet, stored.syntax);
            if (frames.isEmpty()) {
                continue;
            }
            DataSet before = DataSetReader.read(stored.dataSet, stored.syntax);
            for (TransferSyntax to : TARGETS) {
                boolean carried = to.pixels() == TransferSyntax.Pixels.NATIVE
                        || FrameCodecs.encoder(to)
                                .orElseThrow()
                                .supports(frames.get().decodedLayout());
                if (!to.uid().equals(stored.syntax.uid()) && carried) {
                    compare(stored, before, frames.get(), to);
                    compared++;
                }
            }
        }
        assertTrue(compared > 200, compared + " compared");
    }

    private static void compare(Stored stored, DataSet before, Frames frames, TransferSyntax to)
            throws IOException {
        String what = stored.file.getFileName() + " to " + to.name();
        byte[] bytes = transcoded(stored.dataSet, stored.syntax, to);
        Frames found = Frames.open(DataSetBytes.of(bytes), to).orElseThrow();
        assertEquals(frames.count(), found.count(), what);
        for (int i = 0; i < found.count(); i++) {
            assertArrayEquals(
                    Images.interleaved(frames.decoded(i), frames.decodedLayout()),
                    Images.interleaved(found.decoded(i), found.decodedLayout()),
                    what);
        }
        DataSet after = DataSetReader.read(bytes, to);
        for (Element element : before.elements()) {
            boolean kept = !CHANGED.contains(element.tag())
                    && !Tag.isGroupLength(element.tag())
                    && element instanceof Element.Value
                    // Implicit VR may know its VR.
                    && element.vr() != Vr.UN;
            if (kept) {
                assertArrayEquals(
                        before.bytes(element.tag()),
                        after.bytes(element.tag()),
                        what + " " + Tag.toString(element.tag()));
            }
        }
    }

    @Test
    void damagedDataSetsAreRefusedOrTranscoded() throws Exception {
        int seeds = Integer.getInteger("strata.image.seeds", 400) / 80;
        for (Stored stored : files()) {
            if (stored.dataSet.length > 100_000) {
                continue;
            }
            for (int seed = 0; seed < seeds; seed++) {
                Random random = new Random(seed);
                byte[] damaged = stored.dataSet.clone();
                for (int i = 0; i < 4; i++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                TransferSyntax to = TARGETS.get(random.nextInt(TARGETS.size()));
                if (to.uid().equals(stored.syntax.uid())) {
                    continue;
                }
                try {
                    byte[] bytes = transcoded(damaged, stored.syntax, to);
                    DataSetReader.read(bytes, to);
                    frames(damaged, stored.syntax);
                } catch (IOException expected) {
                    assertTrue(expected.getMessage().length() < 400, stored.file + " " + seed);
                } catch (RuntimeException e) {
                    fail(stored.file + " to " + to + ", seed " + seed, e);
                }
            }
        }
    }
}
