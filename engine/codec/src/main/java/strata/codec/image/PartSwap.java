package strata.codec.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reverses the byte order of units in a value that comes in parts cut anywhere. */
final class PartSwap {
    private final int unit;
    private byte[] carried = new byte[0];

    /** @param unit bytes, 1 for no change */
    PartSwap(int unit) {
        this.unit = unit;
    }

    /** The units that are whole with this part. */
    byte[] part(ByteBuffer part, boolean last) {
        byte[] all = Arrays.copyOf(carried, carried.length + part.remaining());
        part.get(all, carried.length, part.remaining());
        int rest = last ? 0 : all.length % unit;
        carried = rest == 0 ? NONE : Arrays.copyOfRange(all, all.length - rest, all.length);
        byte[] whole = rest == 0 ? all : Arrays.copyOf(all, all.length - rest);
        NativePixels.swap(whole, unit);
        return whole;
    }

    private static final byte[] NONE = {};
}
