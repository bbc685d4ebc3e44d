package strata.codec.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;

import strata.base.SharedFiles;
import strata.dicom.Part10;
import strata.dicom.TransferSyntax;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import javax.imageio.ImageIO;

/**
 * Damaged and made-up code streams: each decoder answers with a frame or with
 * {@link MalformedImageException}, and takes no more memory than the frame and its input justify.
 * {@code -Dstrata.image.seeds=N} runs more; {@code -Dstrata.image.seed=N} replays one.
 */
final class ImageFuzzTest {
    private static final int SEEDS = Integer.getInteger("strata.image.seeds", 400);
    private static final Integer ONE = Integer.getInteger("strata.image.seed");

    /** Tables and rows beside the frame itself. */
    private static final long MEMORY_OF_A_STREAM = 2 << 20;

    /** JPEG 2000 holds its coefficients as numbers of 32 bits, of each resolution. */
    private static final int MEMORY_OF_A_BYTE = 64;

    /** A code stream and what the data set says of it. */
    private record Stream(TransferSyntax syntax, PixelLayout layout, byte[] encoded) {}

    private static List<Stream> streams() throws IOException {
        List<Stream> streams = new ArrayList<>();
        List<PixelLayout> layouts = List.of(
                PixelLayout.grey(31, 45, 8, 8),
                PixelLayout.grey(40, 33, 16, 12),
                PixelLayout.grey(17, 64, 16, 16),
                PixelLayout.rgb(19, 23));
        for (TransferSyntax syntax : List.of(
                TransferSyntax.RLE_LOSSLESS,
                TransferSyntax.JPEG_LOSSLESS_SV1,
                TransferSyntax.JPEG_LS_LOSSLESS)) {
            for (PixelLayout layout : layouts) {
                byte[] frame = Images.frame(layout, 1);
                FrameEncoder encoder = FrameCodecs.encoder(syntax).orElseThrow();
                streams.add(new Stream(syntax, layout, encoder.encode(frame, layout)));
            }
        }
        streams.add(baseline(BufferedImage.TYPE_BYTE_GRAY, PixelLayout.grey(35, 50, 8, 8)));
        streams.add(baseline(BufferedImage.TYPE_INT_RGB, PixelLayout.rgb(35, 50)));
        return streams;
    }

    private static Stream baseline(int type, PixelLayout layout) throws IOException {
        BufferedImage image = new BufferedImage(layout.columns(), layout.rows(), type);
        Random random = new Random(2);
        for (int y = 0; y < layout.rows(); y++) {
            for (int x = 0; x < layout.columns(); x++) {
                image.setRGB(x, y, (x * 5 + random.nextInt(9)) * 0x10101 + y * 3);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", out);
        return new Stream(TransferSyntax.JPEG_BASELINE, layout, out.toByteArray());
    }

    @Test
    void damagedStreamsGiveAFrameOrAreRefused() throws Exception {
        for (Stream stream : streams()) {
            decode(stream.syntax, stream.layout, stream.encoded, -1);
            int first = ONE == null ? 0 : ONE;
            for (int seed = first; seed < (ONE == null ? SEEDS : first + 1); seed++) {
                byte[] damaged = damage(stream.encoded, new Random(seed));
                try {
                    decode(stream.syntax, stream.layout, damaged, seed);
                } catch (MalformedImageException expected) {
                    assertTrue(expected.getMessage().length() < 300, "seed " + seed);
                }
            }
        }
    }

    private static void decode(TransferSyntax syntax, PixelLayout layout, byte[] encoded, int seed)
            throws MalformedImageException {
        FrameDecoder decoder = FrameCodecs.decoder(syntax).orElseThrow();
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getThreadAllocatedBytes(Thread.currentThread().getId());
        try {
            byte[] frame = decoder.decode(encoded, layout);
            assertEquals(decoder.decodedLayout(layout).frameBytes(), frame.length);
        } catch (RuntimeException e) {
            fail(syntax + " " + layout + ", seed " + seed, e);
        }
        long taken = thread.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        long most = MEMORY_OF_A_STREAM
                + MEMORY_OF_A_BYTE * (layout.frameBytes() + (long) encoded.length);
        assertTrue(taken <= most, syntax + " took " + taken + " bytes, seed " + seed);
    }

    /** Flips, overwrites, cuts, doubles or moves parts; most often near the headers. */
    private static byte[] damage(byte[] good, Random random) {
        byte[] bytes = good.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int within = random.nextInt(3) == 0 ? Math.min(bytes.length, 220) : bytes.length;
            int at = random.nextInt(within);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(8));
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
                case 3 -> Arrays.fill(bytes, at, at + length, (byte) random.nextInt(256));
                case 4 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                case 5 -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
                    System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
                    bytes = longer;
                }
                default ->
                    System.arraycopy(
                            bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
            }
        }
        return bytes;
    }

    /** There is no encoder of ours: streams of the shared files, the shortest ones. */
    @Test
    void damagedJpeg2000GivesAFrameOrIsRefused() throws Exception {
        Optional<Path> shared = SharedFiles.dicom();
        assumeTrue(shared.isPresent(), "shared DICOM files are not here");
        List<Stream> streams = new ArrayList<>();
        for (String name : List.of(
                "pydicom/test_files__693_J2KI.dcm",
                "pydicom/test_files__J2K_pixelrep_mismatch.dcm",
                "pydicom/test_files__SC_rgb_small_odd_jpeg2000.dcm",
                "pydicom/test_files__SC_rgb_gdcm_KY.dcm",
                "pydicom/test_files__MR_small_jp2klossless.dcm")) {
            Path file = shared.get().resolve(name);
            if (Files.exists(file)) {
                streams.add(stream(file));
            }
        }
        assumeTrue(!streams.isEmpty(), "the JPEG 2000 files are not here");
        for (Stream stream : streams) {
            for (int seed = 0; seed < SEEDS / 8; seed++) {
                byte[] damaged = damage(stream.encoded, new Random(seed));
                try {
                    decode(stream.syntax, stream.layout, damaged, seed);
                } catch (MalformedImageException expected) {
                    assertTrue(expected.getMessage().length() < 300, "seed " + seed);
                }
            }
        }
    }

    private static Stream stream(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Part10.Header header = Part10.readHeader(ByteBuffer.wrap(bytes));
        byte[] dataSet = Arrays.copyOfRange(bytes, header.dataSetOffset(), bytes.length);
        Frames frames = Frames.open(DataSetBytes.of(dataSet), header.syntax()).orElseThrow();
        return new Stream(header.syntax(), frames.layout(), frames.stored(0));
    }

    @Test
    void noiseBehindTheHeadersIsDecodedOrRefused() throws Exception {
        for (Stream stream : streams()) {
            for (int seed = 0; seed < SEEDS / 4; seed++) {
                Random random = new Random(seed);
                byte[] noise = new byte[stream.encoded.length];
                random.nextBytes(noise);
                int header = stream.encoded.length * 2 / 5;
                System.arraycopy(stream.encoded, 0, noise, 0, Math.min(header, 650));
                try {
                    decode(stream.syntax, stream.layout, noise, seed);
                } catch (MalformedImageException expected) {
                    assertTrue(expected.getMessage().length() < 300, "seed " + seed);
                }
            }
        }
    }

    @Test
    void sizesThatTheBytesCannotHoldAreNotAllocated() throws Exception {
        for (Stream stream : streams()) {
            PixelLayout said = stream.layout;
            for (int side : new int[] {20_000, 65535}) {
                PixelLayout huge = new PixelLayout(
                        side,
                        side,
                        said.samplesPerPixel(),
                        said.bitsAllocated(),
                        said.bitsStored(),
                        false,
                        false,
                        said.photometric());
                byte[] lying = lie(stream, side);
                ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                long before =
                        thread.getThreadAllocatedBytes(Thread.currentThread().getId());
                assertThrows(
                        MalformedImageException.class,
                        () -> FrameCodecs.decoder(stream.syntax).orElseThrow().decode(lying, huge));
                long taken =
                        thread.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
                assertTrue(taken < MEMORY_OF_A_STREAM, stream.syntax + " took " + taken);
            }
        }
    }

    /** The stream with this number of rows and columns in its frame header. */
    private static byte[] lie(Stream stream, int side) {
        byte[] lying = stream.encoded.clone();
        for (int at = 0; at + 9 < lying.length; at++) {
            int marker = lying[at + 1] & 0xFF;
            boolean frame = lying[at] == -1
                    && (marker == JpegStream.SOF0
                            || marker == JpegStream.SOF3
                            || marker == JpegStream.SOF55);
            if (frame) {
                lying[at + 5] = (byte) (side >>> 8);
                lying[at + 6] = (byte) side;
                lying[at + 7] = (byte) (side >>> 8);
                lying[at + 8] = (byte) side;
                return lying;
            }
        }
        return lying;
    }
}
