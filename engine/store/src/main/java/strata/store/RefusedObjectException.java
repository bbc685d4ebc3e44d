package strata.store;

import strata.base.Fault;
import strata.base.StrataException;

/** An object that the store will not take; nothing of it is kept. */
public final class RefusedObjectException extends StrataException {
    /** Why; doors map it to their statuses. */
    public enum Reason {
        /** The data set's SOP Class or Instance UID is not the one that was announced. */
        MISMATCH,
        /** A UID that identifies the object is missing or is not a UID. */
        NO_IDENTITY,
        /** Longer than the limit. */
        TOO_LARGE,
        /** The instance was rejected and must not come back (IHE RAD TF-2 4.66). */
        REJECTED,
        /** A digest that was announced is not that of the bytes. */
        WRONG_DIGEST
    }

    private final Reason reason;

    public RefusedObjectException(Reason reason, String message) {
        super(Fault.PEER, message, null);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
