package strata.network;

import io.netty.buffer.ByteBuf;

import strata.network.pdu.AbortReason;
import strata.network.pdu.PduException;

import java.util.Arrays;
import java.util.function.Consumer;

/** Gathers a data set that is small by nature, an identifier, up to a limit. */
final class GatheredDataSet implements DataReceiver {
    private static final int FIRST_BYTES = 512;

    private final int limitBytes;
    private final Consumer<byte[]> then;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int count;

    GatheredDataSet(int limitBytes, Consumer<byte[]> then) {
        this.limitBytes = limitBytes;
        this.then = then;
    }

    @Override
    public void data(ByteBuf fragment) throws PduException {
        int more = fragment.readableBytes();
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
        then.accept(Arrays.copyOf(bytes, count));
    }

    @Override
    public void abandon() {
        bytes = new byte[0];
    }
}
