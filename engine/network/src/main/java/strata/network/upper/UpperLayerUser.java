package strata.network.upper;

import io.netty.buffer.ByteBuf;

import strata.network.pdu.Abort;
import strata.network.pdu.AssociateAc;
import strata.network.pdu.AssociateRj;
import strata.network.pdu.AssociateRq;

/**
 * The service user above an {@link UpperLayer}: the indications and confirmations of PS3.8 section
 * 7. All are called on the channel's event loop and must not block.
 */
public interface UpperLayerUser {
    void associateIndication(AssociateRq request);

    void associateConfirmation(AssociateAc accept);

    void associateRejection(AssociateRj reject);

    /**
     * P-DATA indication, by fragments as they arrive.
     *
     * @param data owned by the user, which releases it
     */
    void dataIndication(int contextId, boolean command, boolean last, ByteBuf data);

    void releaseIndication();

    void releaseConfirmation();

    /** The peer, or its protocol machine, aborted. */
    void abortIndication(Abort abort);

    /** Our protocol machine aborted, because of what the peer sent. */
    void providerAbortIndication(Abort sent, String why);

    /** The transport connection is gone; the last call. Comes in every case. */
    void transportClosed();

    /** The channel can take more outbound bytes, or has just ceased to. */
    void writabilityChanged();
}
