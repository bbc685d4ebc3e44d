package strata.codec.image;

/** The bits of a packet header, ITU-T T.800 B.10.1: behind FF comes a zero bit. */
final class PacketBits {
    private final byte[] in;
    private int at;
    private int buffer;
    private int bits;
    private boolean afterFf;

    PacketBits(byte[] in, int at) {
        this.in = in;
        this.at = at;
    }

    int bit() throws MalformedImageException {
        if (bits == 0) {
            if (at >= in.length) {
                throw new MalformedImageException("a packet header crosses the end");
            }
            buffer = in[at++] & 0xFF;
            bits = afterFf ? 7 : 8;
            afterFf = buffer == 0xFF;
        }
        bits--;
        return buffer >>> bits & 1;
    }

    int read(int count) throws MalformedImageException {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 1 | bit();
        }
        return value;
    }

    /** Where the packet body begins. */
    int align() {
        return afterFf ? at + 1 : at;
    }
}
