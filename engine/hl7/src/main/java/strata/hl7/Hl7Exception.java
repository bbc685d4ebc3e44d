package strata.hl7;

import strata.base.Fault;
import strata.base.StrataException;

/**
 * A message that is not taken. The text names segments and fields and never repeats a value, since
 * any value may be patient data.
 */
public final class Hl7Exception extends StrataException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    /** @param text what is wrong, and where; no values */
    public Hl7Exception(ErrorCode code, String text) {
        this(code, text, null);
    }

    public Hl7Exception(ErrorCode code, String text, Throwable cause) {
        super(Fault.PEER, text, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
