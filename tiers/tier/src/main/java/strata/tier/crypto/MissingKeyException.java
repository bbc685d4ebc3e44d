package strata.tier.crypto;

import strata.base.Fault;
import strata.base.StrataException;

/** Sealed bytes are there and whole, but their key is not; they are in no way damaged. */
public final class MissingKeyException extends StrataException {
    /** Why there is no key. */
    public enum Kind {
        /** Destroyed on purpose: nobody reads these bytes again. */
        SHREDDED,
        /** In no ledger that was found, or wrapped by a site key that is not in the key file. */
        UNKNOWN
    }

    private final Kind kind;

    public MissingKeyException(Kind kind, String message) {
        super(Fault.OPERATOR, message, null);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
