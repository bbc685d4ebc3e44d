package strata.codec.image;

import strata.dicom.TransferSyntax;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Joins fragments to frames while they come by: by the offset table while its offsets are those of
 * fragments, else by {@link FrameStarts}. Holds one frame and one fragment.
 */
final class FrameGathering {
    private static final int ITEM_HEADER = 8;
    private static final int MAX_TABLE_BYTES = 8 << 20;

    private final FrameStarts rule;
    private final int frames;
    private final Consumer<byte[]> ready;
    private byte[] bytes = new byte[4096];
    private int length;
    private int fragmentStart;
    private boolean inTable;
    private long[] offsets;
    private long offset;
    private int found;
    private String failure;

    /** @param extended the extended offset table, empty when there is none */
    FrameGathering(TransferSyntax syntax, int frames, byte[] extended, Consumer<byte[]> ready) {
        this.rule = new FrameStarts(syntax, frames);
        this.frames = frames;
        this.ready = ready;
        if (frames > 1 && extended.length == 8L * frames) {
            offsets = new long[frames];
            ByteBuffer.wrap(extended)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asLongBuffer()
                    .get(offsets);
        }
    }

    /** A fragment begins; 0 is the offset table. */
    void fragment(int index, long lengthBytes) {
        inTable = index == 0;
        long most = inTable ? MAX_TABLE_BYTES : FrameCodecs.MAX_FRAME_BYTES;
        if (length + lengthBytes > most) {
            failure = "an encoded frame, or an offset table, of more than " + most + " bytes";
        }
        fragmentStart = length;
    }

    void part(ByteBuffer part, boolean last) {
        int more = part.remaining();
        if (failure == null) {
            if (bytes.length - length < more) {
                bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
            }
            part.get(bytes, length, more);
            length += more;
        } else {
            part.position(part.limit());
        }
        if (!last) {
            return;
        }
        if (inTable) {
            table();
        } else {
            fragmentEnd();
        }
    }

    private void table() {
        if (offsets == null && frames > 1 && length == 4L * frames) {
            offsets = new long[frames];
            ByteBuffer table = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < frames; i++) {
                offsets[i] = table.getInt(4 * i) & 0xFFFFFFFFL;
            }
        }
        length = 0;
    }

    private void fragmentEnd() {
        int size = length - fragmentStart;
        int one = size > 1 ? bytes[fragmentStart] : 0;
        int two = size > 1 ? bytes[fragmentStart + 1] : 0;
        boolean begins = rule.begins(one, two);
        if (offsets != null) {
            if (found < frames && offset > offsets[found]) {
                offsets = null;
            } else {
                begins = found < frames && offset == offsets[found];
            }
        }
        if (begins) {
            if (found > 0) {
                ready.accept(Arrays.copyOf(bytes, fragmentStart));
                System.arraycopy(bytes, fragmentStart, bytes, 0, size);
                length = size;
            }
            found++;
        }
        rule.ended(Arrays.copyOfRange(bytes, Math.max(0, length - 4), length));
        offset += ITEM_HEADER + size;
    }

    /** The last frame is whole. */
    void end() {
        if (found > 0) {
            ready.accept(Arrays.copyOf(bytes, length));
        }
        if (failure == null && found != frames) {
            failure = found + " frames of " + frames;
        }
        bytes = new byte[0];
    }

    /** What is wrong, or null. */
    String failure() {
        return failure;
    }
}
