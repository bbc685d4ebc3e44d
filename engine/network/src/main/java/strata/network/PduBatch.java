package strata.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

import strata.network.pdu.PduEncoder;
import strata.network.pdu.PduLimits;

import java.util.ArrayList;
import java.util.List;

/**
 * Whole P-DATA-TF PDUs that go to the socket in one gathering write: headers and short fragments in
 * one buffer, long fragments where they stand. Filled by one thread, then written or released once.
 */
final class PduBatch {
    static final int HEADER_BYTES = PduLimits.PDU_HEADER_BYTES + PduLimits.PDV_HEADER_BYTES;

    /** A fragment up to this length is copied: cheaper than a piece of its own. */
    private static final int COPIED_BYTES = 4096;

    private final int contextId;
    private final int maxFragment;
    private final ByteBuf own;
    private final List<ByteBuf> pieces = new ArrayList<>();
    private int ownDone;

    private PduBatch(int contextId, int maxFragment, ByteBuf own) {
        this.contextId = contextId;
        this.maxFragment = maxFragment;
        this.own = own;
    }

    /**
     * @param command goes first; empty for none
     * @param data how many bytes of data will be added
     */
    static PduBatch begin(
            Channel channel, int contextId, int maxFragment, byte[] command, int data) {
        int fragments = fragments(data, maxFragment);
        long bytes = (long) command.length
                + (long) HEADER_BYTES * (fragments(command.length, maxFragment) + fragments)
                + (length(data, fragments) <= COPIED_BYTES ? data : 0);
        ByteBuf own = channel.alloc().directBuffer(Math.toIntExact(bytes));
        PduBatch batch = new PduBatch(contextId, maxFragment, own);
        batch.command(command);
        return batch;
    }

    private static int fragments(int bytes, int maxFragment) {
        return Math.max(1, (bytes + maxFragment - 1) / maxFragment);
    }

    /** Fragments of one buffer are alike in length, and even. */
    private static int length(int bytes, int fragments) {
        return ((bytes + fragments - 1) / fragments + 1) & ~1;
    }

    private void command(byte[] command) {
        for (int done = 0; done < command.length; ) {
            int part = Math.min(maxFragment, command.length - done);
            header(true, done + part == command.length, part);
            own.writeBytes(command, done, part);
            done += part;
        }
    }

    private void header(boolean command, boolean last, int bytes) {
        int at = own.writerIndex();
        own.ensureWritable(HEADER_BYTES);
        own.writerIndex(at + HEADER_BYTES);
        PduEncoder.dataHeader(own, at, contextId, command, last, bytes);
    }

    /** Adds the data of a buffer; its owner still closes it. */
    void add(DataBuffer data, boolean last) {
        int total = data.lengthBytes();
        int length = length(total, fragments(total, maxFragment));
        for (int done = 0; done < total; ) {
            int part = Math.min(length, total - done);
            header(false, last && done + part == total, part);
            if (length <= COPIED_BYTES) {
                data.copy(done, part, own);
            } else {
                endOwn();
                pieces.add(data.part(done, part));
            }
            done += part;
        }
    }

    /** Adds the last fragment of a data set without bytes. */
    void addEmpty() {
        header(false, true, 0);
    }

    private void endOwn() {
        int written = own.writerIndex() - ownDone;
        if (written > 0) {
            pieces.add(own.retainedSlice(ownDone, written));
            ownDone += written;
        }
    }

    /** Hands everything to the channel; on its event loop. */
    void write(Channel channel) {
        endOwn();
        own.release();
        for (ByteBuf piece : pieces) {
            channel.write(piece, channel.voidPromise());
        }
        channel.flush();
    }

    /** Instead of {@link #write}. */
    void release() {
        own.release();
        pieces.forEach(ByteBuf::release);
    }
}
