package strata.network.dimse;

import strata.base.Fault;
import strata.base.StrataException;

/** An operation that is refused with a status, by us or by the peer. */
public final class DimseException extends StrataException {
    private final transient Status status;

    /** @param comment sent as Error Comment, cut at 64 characters; no patient data */
    public DimseException(Status status, String comment) {
        this(status, comment, null);
    }

    public DimseException(Status status, String comment, Throwable cause) {
        super(Fault.PEER, comment, cause);
        this.status = status;
    }

    public Status status() {
        return status;
    }

    public String comment() {
        return super.getMessage();
    }

    @Override
    public String getMessage() {
        return "status " + status + ": " + super.getMessage();
    }
}
