package strata.network;

import strata.base.Fault;
import strata.base.StrataException;

/** An association that could not be opened or is over. */
public abstract sealed class AssociationException extends StrataException
        permits AssociationRejectedException,
                AssociationAbortedException,
                AssociationTimeoutException,
                ConnectionFailedException {
    AssociationException(String message, Throwable cause) {
        super(Fault.PEER, message, cause);
    }

    static AssociationException of(AssociationEnd end, String why) {
        return end.isTimeout()
                ? new AssociationTimeoutException(end, why)
                : new AssociationAbortedException(end, why);
    }
}
