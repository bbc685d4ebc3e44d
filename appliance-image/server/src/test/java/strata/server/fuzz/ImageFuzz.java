package strata.server.fuzz;

import strata.codec.image.FrameCodecs;
import strata.codec.image.MalformedImageException;
import strata.codec.image.PixelLayout;
import strata.dicom.TransferSyntax;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.imageio.ImageIO;

/** Frames of each coding; the first byte chooses what the data set says of them. */
final class ImageFuzz {
    private static final List<PixelLayout> LAYOUTS = List.of(
            PixelLayout.grey(13, 17, 8, 8),
            PixelLayout.grey(16, 16, 16, 12),
            PixelLayout.grey(9, 32, 16, 16),
            PixelLayout.rgb(11, 10),
            PixelLayout.grey(700, 900, 16, 16));
    private static final int LARGE = LAYOUTS.size() - 1;

    private ImageFuzz() {}

    private static byte[] frame(PixelLayout layout) {
        byte[] frame = new byte[(int) layout.frameBytes()];
        int most = 1 << Math.min(8, layout.bitsStored());
        for (int i = 0; i < frame.length; i++) {
            boolean high = layout.bitsAllocated() == 16 && i % 2 == 1;
            frame[i] = (byte) (high ? 3 : (i * 7 / 5 + i * i % 3) % most);
        }
        return frame;
    }

    private static byte[] chosen(int layout, byte[] encoded) {
        byte[] seed = new byte[1 + encoded.length];
        seed[0] = (byte) layout;
        System.arraycopy(encoded, 0, seed, 1, encoded.length);
        return seed;
    }

    private static List<byte[]> seeds(TransferSyntax syntax) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < LARGE; i++) {
            PixelLayout layout = LAYOUTS.get(i);
            seeds.add(chosen(
                    i, FrameCodecs.encoder(syntax).orElseThrow().encode(frame(layout), layout)));
        }
        return seeds;
    }

    private static void decode(byte[] input, TransferSyntax syntax) {
        if (input.length == 0) {
            return;
        }
        PixelLayout layout = LAYOUTS.get((input[0] & 0xff) % LAYOUTS.size());
        byte[] encoded = Arrays.copyOfRange(input, 1, input.length);
        try {
            byte[] decoded = FrameCodecs.decoder(syntax).orElseThrow().decode(encoded, layout);
            long expected = FrameCodecs.decoder(syntax)
                    .orElseThrow()
                    .decodedLayout(layout)
                    .frameBytes();
            if (decoded.length != expected) {
                throw new AssertionError(decoded.length + " bytes in place of " + expected);
            }
        } catch (MalformedImageException expected) {
            Expected.answer(expected);
        }
    }

    static List<byte[]> rles() throws IOException {
        return seeds(TransferSyntax.RLE_LOSSLESS);
    }

    static void rle(byte[] input) {
        decode(input, TransferSyntax.RLE_LOSSLESS);
    }

    /** Lossless ones, and baseline ones of the JDK. */
    static List<byte[]> jpegs() throws IOException {
        List<byte[]> seeds = new ArrayList<>(seeds(TransferSyntax.JPEG_LOSSLESS_SV1));
        for (int i : new int[] {0, 3}) {
            PixelLayout layout = LAYOUTS.get(i);
            int type = i == 0 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
            BufferedImage image = new BufferedImage(layout.columns(), layout.rows(), type);
            for (int y = 0; y < layout.rows(); y++) {
                for (int x = 0; x < layout.columns(); x++) {
                    image.setRGB(x, y, x * 0x050203 + y * 0x0107);
                }
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, "jpeg", out);
            seeds.add(chosen(i, out.toByteArray()));
        }
        return seeds;
    }

    static void jpeg(byte[] input) {
        decode(input, TransferSyntax.JPEG_LOSSLESS);
        decode(input, TransferSyntax.JPEG_EXTENDED);
    }

    static List<byte[]> jpegLs() throws IOException {
        return seeds(TransferSyntax.JPEG_LS_LOSSLESS);
    }

    static void jpegL(byte[] input) {
        decode(input, TransferSyntax.JPEG_LS_LOSSLESS);
    }

    /** Headers by hand, since nothing here encodes it; the packets hold whatever they hold. */
    static List<byte[]> jpeg2000s() {
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < LARGE; i++) {
            for (int levels : new int[] {0, 2}) {
                seeds.add(chosen(i, codestream(LAYOUTS.get(i), levels, levels == 0)));
            }
        }
        return seeds;
    }

    /** ITU-T T.800 A.4 to A.6: one tile, one layer, code blocks of 64 by 64. */
    private static byte[] codestream(PixelLayout layout, int levels, boolean reversible) {
        int components = layout.samplesPerPixel();
        ByteBuffer out = ByteBuffer.allocate(1000);
        out.putShort((short) 0xff4f);
        out.putShort((short) 0xff51).putShort((short) (38 + 3 * components)).putShort((short) 0);
        out.putInt(layout.columns()).putInt(layout.rows()).putInt(0).putInt(0);
        out.putInt(layout.columns()).putInt(layout.rows()).putInt(0).putInt(0);
        out.putShort((short) components);
        for (int i = 0; i < components; i++) {
            out.put((byte) (layout.bitsStored() - 1)).put((byte) 1).put((byte) 1);
        }
        out.putShort((short) 0xff52).putShort((short) 12).put((byte) 0);
        out.put((byte) 0).putShort((short) 1).put((byte) (components == 3 ? 1 : 0));
        out.put((byte) levels).put((byte) 4).put((byte) 4).put((byte) 0);
        out.put((byte) (reversible ? 1 : 0));
        int bands = 3 * levels + 1;
        out.putShort((short) 0xff5c).putShort((short) (3 + bands * (reversible ? 1 : 2)));
        out.put((byte) (reversible ? 0x40 : 0x42));
        for (int i = 0; i < bands; i++) {
            if (reversible) {
                out.put((byte) (layout.bitsStored() + 1 << 3));
            } else {
                out.putShort((short) (layout.bitsStored() + 1 << 11 | 0x100));
            }
        }
        int packets = 80;
        out.putShort((short) 0xff90).putShort((short) 10).putShort((short) 0);
        out.putInt(12 + 2 + packets).put((byte) 0).put((byte) 1).putShort((short) 0xff93);
        for (int i = 0; i < packets; i++) {
            out.put((byte) (0xc7 - i * 37 & 0x7f | (i == 0 ? 0x80 : 0)));
        }
        out.putShort((short) 0xffd9);
        return Arrays.copyOf(out.array(), out.position());
    }

    static void jpeg2000(byte[] input) {
        decode(input, TransferSyntax.JPEG_2000);
    }
}
