package strata.codec.image;

/**
 * The bits of a JPEG-LS scan, ITU-T T.87 A.1 and C.2.1: behind FF comes a zero bit, anything else
 * there is a marker, at which this stops. Behind the end come zero bits, see {@link #check}.
 */
final class JpegLsBits {
    private final byte[] in;
    private int at;
    private long buffer;
    private int bits;
    private int padded;
    private boolean afterFf;

    JpegLsBits(byte[] in, int at) {
        this.in = in;
        this.at = at;
    }

    private void fill() {
        while (bits <= 56) {
            boolean data = at < in.length
                    && (afterFf
                            ? in[at] >= 0
                            : in[at] != -1 || at + 1 < in.length && in[at + 1] >= 0);
            int size = afterFf ? 7 : 8;
            if (!data) {
                padded += size;
                bits += size;
                continue;
            }
            int value = in[at++] & 0xFF;
            buffer |= (long) value << 64 - size - bits;
            bits += size;
            afterFf = value == 0xFF;
        }
    }

    int bit() {
        if (bits == 0) {
            fill();
        }
        int bit = (int) (buffer >>> 63);
        buffer <<= 1;
        bits--;
        return bit;
    }

    /** Reads 1 to 16 bits. */
    int read(int count) {
        if (bits < count) {
            fill();
        }
        int value = (int) (buffer >>> 64 - count);
        buffer <<= count;
        bits -= count;
        return value;
    }

    /**
     * A value in limited-length Golomb code, T.87 A.5.3.
     *
     * @param limit of the unary part, at most 48: beyond it comes the value itself
     */
    int golomb(int k, int limit, int valueBits) throws MalformedImageException {
        if (bits < 57) {
            fill();
        }
        int zeros = Long.numberOfLeadingZeros(buffer);
        if (zeros > limit) {
            throw new MalformedImageException("no such Golomb code before " + at);
        }
        buffer <<= zeros + 1;
        bits -= zeros + 1;
        if (zeros < limit) {
            return k == 0 ? zeros : zeros << k | read(k);
        }
        return read(valueBits) + 1;
    }

    /** @throws MalformedImageException when bits behind the end have been read */
    void check() throws MalformedImageException {
        if (bits < padded) {
            throw new MalformedImageException("the coded data ends early, at " + at);
        }
    }

    /** Where the marker is at which this stopped, or a place before it. */
    int position() {
        return afterFf ? at - 1 : at;
    }
}
