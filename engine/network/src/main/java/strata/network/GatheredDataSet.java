package strata.network;

import io.netty.buffer.ByteBuf;

import strata.network.pdu.AbortReason;
import strata.network.pdu.PduException;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Gathers a data set that is small by nature, up to a limit. Beyond it the association is aborted,
 * or, where there is an answer for that, the rest thrown away and the answer given at the end.
 */
final class GatheredDataSet implements DataReceiver {
    private static final int FIRST_BYTES = 512;

    private final int limitBytes;
    private final Consumer<byte[]> then;
    private final Runnable tooLong;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int count;
    private boolean isTooLong;

    GatheredDataSet(int limitBytes, Consumer<byte[]> then) {
        this(limitBytes, then, null);
    }

    /** @param tooLong run at the end of one beyond the limit; null to abort */
    GatheredDataSet(int limitBytes, Consumer<byte[]> then, Runnable tooLong) {
        this.limitBytes = limitBytes;
        this.then = then;
        this.tooLong = tooLong;
    }

    @Override
    public void data(ByteBuf fragment) throws PduException {
        int more = fragment.readableBytes();
        if (isTooLong) {
            return;
        }
        if (more > limitBytes - count && tooLong != null) {
            isTooLong = true;
            abandon();
            return;
        }
        if (more > limitBytes - count) {
            throw new PduException(
                    AbortReason.NOT_SPECIFIED, "identifier longer than " + limitBytes + " bytes");
        }
        if (count + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(count + more, 2 * bytes.length));
        }
        fragment.getBytes(fragment.readerIndex(), bytes, count, more);
        count += more;
    }

    @Override
    public void end() {
        if (isTooLong) {
            tooLong.run();
            return;
        }
        then.accept(Arrays.copyOf(bytes, count));
    }

    @Override
    public void abandon() {
        bytes = new byte[0];
    }
}
