package strata.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Turns rows of native samples into unsigned numbers and back. Signed samples are moved by half
 * their range, so that neighbours stay neighbours. With {@code difference}, the first and third of
 * three interleaved components are taken relative to the second (red and blue to green).
 *
 * <p>A row array has {@link #margin()} extra places on both sides for the neighbours beyond the
 * edge. Not thread-safe by itself, but holds no state besides its fixed parameters.
 */
public final class SampleRows {
    private static final VarHandle LITTLE =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private final boolean wide;
    private final boolean bigEndian;
    private final int flip;
    private final int interleaved;
    private final int samplesPerRow;
    private final boolean difference;

    public SampleRows(
            boolean wide,
            boolean bigEndian,
            boolean signed,
            int interleaved,
            int columns,
            boolean difference) {
        this.wide = wide;
        this.bigEndian = bigEndian;
        this.flip = signed ? (wide ? 0x8000 : 0x80) : 0;
        this.interleaved = interleaved;
        this.samplesPerRow = columns * interleaved;
        this.difference = difference && interleaved == 3;
    }

    public int samplesPerRow() {
        return samplesPerRow;
    }

    /** Distance between neighbours of one component. */
    public int margin() {
        return interleaved;
    }

    public int mask() {
        return wide ? 0xffff : 0xff;
    }

    public int bits() {
        return wide ? 16 : 8;
    }

    public int rowBytes() {
        return samplesPerRow * (wide ? 2 : 1);
    }

    public int[] newRow() {
        return new int[samplesPerRow + 2 * interleaved];
    }

    /** Reads the row that starts at the offset and fills its right margin. */
    public void load(byte[] from, int offset, int[] row) {
        load(from, offset, row, interleaved);
        fillRightMargin(row);
    }

    /** Reads the row that starts at the offset, its first sample to a place of the array. */
    void load(byte[] from, int offset, int[] row, int first) {
        if (!wide) {
            for (int i = 0; i < samplesPerRow; i++) {
                row[first + i] = (from[offset + i] & 0xff) ^ flip;
            }
        } else if (bigEndian) {
            for (int i = 0; i < samplesPerRow; i++) {
                row[first + i] = ((short) BIG.get(from, offset + 2 * i) & 0xffff) ^ flip;
            }
        } else {
            for (int i = 0; i < samplesPerRow; i++) {
                row[first + i] = ((short) LITTLE.get(from, offset + 2 * i) & 0xffff) ^ flip;
            }
        }
        if (difference) {
            subtractMiddle(row, first);
        }
    }

    /** Writes the row at the offset; undoes the difference in the bytes only, not in the row. */
    public void store(int[] row, byte[] to, int offset) {
        if (difference) {
            storeDifference(row, to, offset);
            return;
        }
        int m = interleaved;
        if (!wide) {
            for (int i = 0; i < samplesPerRow; i++) {
                to[offset + i] = (byte) (row[m + i] ^ flip);
            }
        } else if (bigEndian) {
            for (int i = 0; i < samplesPerRow; i++) {
                BIG.set(to, offset + 2 * i, (short) (row[m + i] ^ flip));
            }
        } else {
            for (int i = 0; i < samplesPerRow; i++) {
                LITTLE.set(to, offset + 2 * i, (short) (row[m + i] ^ flip));
            }
        }
    }

    private void subtractMiddle(int[] row, int first) {
        int half = (mask() + 1) >> 1;
        for (int i = first; i < first + samplesPerRow; i += 3) {
            int middle = row[i + 1];
            row[i] = (row[i] - middle + half) & mask();
            row[i + 2] = (row[i + 2] - middle + half) & mask();
        }
    }

    private void storeDifference(int[] row, byte[] to, int offset) {
        int half = (mask() + 1) >> 1;
        int at = offset;
        int step = wide ? 2 : 1;
        for (int i = interleaved; i < interleaved + samplesPerRow; i += 3) {
            int middle = row[i + 1];
            put(to, at, row[i] + middle - half);
            put(to, at + step, middle);
            put(to, at + 2 * step, row[i + 2] + middle - half);
            at += 3 * step;
        }
    }

    private void put(byte[] to, int at, int value) {
        if (!wide) {
            to[at] = (byte) (value ^ flip);
        } else if (bigEndian) {
            BIG.set(to, at, (short) (value ^ flip));
        } else {
            LITTLE.set(to, at, (short) (value ^ flip));
        }
    }

    /** Repeats the last pixel beyond the right edge. */
    public void fillRightMargin(int[] row) {
        System.arraycopy(row, samplesPerRow, row, samplesPerRow + interleaved, interleaved);
    }

    /** Sets what lies left of a row, and left of the row above, to the first pixel above. */
    public void fillLeftMargins(int[] above, int[] row) {
        System.arraycopy(above, interleaved, above, 0, interleaved);
        System.arraycopy(above, interleaved, row, 0, interleaved);
    }
}
