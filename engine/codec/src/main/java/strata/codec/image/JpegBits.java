package strata.codec.image;

/**
 * The bits of an entropy-coded segment of JPEG, ITU-T T.81 F.2.2.5: a zero byte behind FF is
 * stuffing, anything else there is a marker, at which this stops. Behind the end come zero bits, so
 * that a decoder may look for the end now and then with {@link #check}.
 */
final class JpegBits {
    private final byte[] in;
    private int at;
    private long buffer;
    private int bits;
    private int padded;

    JpegBits(byte[] in, int at) {
        this.in = in;
        this.at = at;
    }

    /** Makes at least 57 bits available, the next one on top. */
    private void fill() {
        while (bits <= 56) {
            int value = 0;
            if (at < in.length && in[at] != -1) {
                value = in[at++] & 0xFF;
            } else if (at + 1 < in.length && in[at + 1] == 0) {
                value = 0xFF;
                at += 2;
            } else {
                padded += 8;
            }
            buffer |= (long) value << 56 - bits;
            bits += 8;
        }
    }

    /** The next 16 bits, which stay. */
    int peek16() {
        if (bits < 32) {
            fill();
        }
        return (int) (buffer >>> 48);
    }

    /** Leaves out bits that were peeked at, at most 16. */
    void skip(int count) {
        buffer <<= count;
        bits -= count;
    }

    /** Reads 1 to 16 bits, of which {@link #peek16} has just seen those before them. */
    int read(int count) {
        if (bits < count) {
            fill();
        }
        int value = (int) (buffer >>> 64 - count);
        skip(count);
        return value;
    }

    /** A number of so many bits, 1 to 16, as T.81 F.2.2.1 extends it. */
    int readExtended(int size) {
        int value = read(size);
        return value < 1 << size - 1 ? value - (1 << size) + 1 : value;
    }

    /** @throws MalformedImageException when bits behind the end have been read */
    void check() throws MalformedImageException {
        if (bits < padded) {
            throw new MalformedImageException("the coded data ends early, at " + at);
        }
    }

    /**
     * Goes on behind the next restart marker, T.81 E.2.4.
     *
     * @param number 0 to 7
     */
    void restart(int number) throws MalformedImageException {
        check();
        while (at + 2 < in.length && in[at] == -1 && in[at + 1] == -1) {
            at++;
        }
        if (at + 1 >= in.length || in[at] != -1 || (in[at + 1] & 0xFF) != 0xD0 + number) {
            throw new MalformedImageException("no restart marker " + number + " at " + at);
        }
        at += 2;
        buffer = 0;
        bits = 0;
        padded = 0;
    }

    /** Where the marker is at which this stopped. */
    int position() {
        return at;
    }
}
