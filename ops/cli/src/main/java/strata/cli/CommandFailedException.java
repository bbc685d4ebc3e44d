package strata.cli;

import strata.base.Fault;
import strata.base.StrataException;

/** A command that could not do what it was asked for; the message is the line that is shown. */
public final class CommandFailedException extends StrataException {
    private static final long serialVersionUID = 1;

    CommandFailedException(Fault fault, String message, Throwable cause) {
        super(fault, message, cause);
    }

    CommandFailedException(Fault fault, String message) {
        this(fault, message, null);
    }
}
