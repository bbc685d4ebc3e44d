package strata.codec.image;

import java.util.Arrays;

/** A JPEG or JPEG-LS stream as it grows: marker segments, and bits with stuffing. */
final class JpegWriter {
    private final boolean jpegLs;
    private byte[] bytes;
    private int length;
    private long buffer;
    private int bits;
    private boolean afterFf;

    /** @param jpegLs a zero bit behind FF (T.87 A.1), else a zero byte (T.81 F.1.2.3) */
    JpegWriter(boolean jpegLs, int capacityBytes) {
        this.jpegLs = jpegLs;
        this.bytes = new byte[capacityBytes];
    }

    JpegWriter marker(int code) {
        put(0xFF);
        put(code);
        return this;
    }

    JpegWriter u8(int value) {
        put(value);
        return this;
    }

    JpegWriter u16(int value) {
        put(value >>> 8);
        put(value);
        return this;
    }

    JpegWriter raw(byte[] value) {
        for (byte each : value) {
            put(each);
        }
        return this;
    }

    /** Frame and scan components 1 to n: without subsampling, by the first table. */
    JpegWriter frame(int marker, int precision, PixelLayout layout) {
        int components = layout.samplesPerPixel();
        marker(marker).u16(8 + 3 * components).u8(precision);
        u16(layout.rows()).u16(layout.columns()).u8(components);
        for (int i = 1; i <= components; i++) {
            u8(i).u8(0x11).u8(0);
        }
        return this;
    }

    JpegWriter scan(int components, int first, int last) {
        marker(JpegStream.SOS).u16(6 + 2 * components).u8(components);
        for (int i = 1; i <= components; i++) {
            u8(i).u8(0);
        }
        return u8(first).u8(last).u8(0);
    }

    private void put(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length + length / 2 + 64);
        }
        bytes[length++] = (byte) value;
    }

    /** Appends the low bits of a value, 0 to 32. */
    void bits(long value, int count) {
        buffer = buffer << count | value & (1L << count) - 1;
        bits += count;
        for (int take = room(); bits >= take; take = room()) {
            bits -= take;
            int next = (int) (buffer >>> bits) & (1 << take) - 1;
            put(next);
            afterFf = next == 0xFF;
            if (afterFf && !jpegLs) {
                put(0);
            }
        }
    }

    private int room() {
        return jpegLs && afterFf ? 7 : 8;
    }

    /** Ends the coded data; unused bits are ones, in JPEG-LS zeros. */
    JpegWriter flush() {
        if (bits > 0 || jpegLs && afterFf) {
            bits(jpegLs ? 0 : 0xFF, room() - bits);
        }
        afterFf = false;
        return this;
    }

    /** The stream with its end marker, padded to an even length. */
    byte[] finish() {
        marker(JpegStream.EOI);
        if (length % 2 != 0) {
            put(0);
        }
        return Arrays.copyOf(bytes, length);
    }
}
