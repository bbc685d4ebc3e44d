package strata.network.pdu;

import io.netty.buffer.ByteBuf;

/** Takes what a {@link PduFramer} finds, in the order of the wire, on the framer's thread. */
public interface PduListener {
    void pdu(Pdu pdu);

    /**
     * A part of a presentation data value.
     *
     * @param command a command fragment, else a data set fragment
     * @param last this is the end of the command or data set
     * @param data owned by the listener, which releases it; may be empty
     */
    void fragment(int contextId, boolean command, boolean last, ByteBuf data);
}
