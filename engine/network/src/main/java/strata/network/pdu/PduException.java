package strata.network.pdu;

import strata.base.Fault;
import strata.base.StrataException;

/**
 * Bytes from the peer that are not a PDU or command set that we accept; says the A-ABORT reason
 * they earn.
 */
public final class PduException extends StrataException {
    private final transient AbortReason reason;

    public PduException(AbortReason reason, String message) {
        super(Fault.PEER, message, null);
        this.reason = reason;
    }

    public AbortReason reason() {
        return reason;
    }
}
