package strata.base;

import java.io.IOException;

/**
 * The root of the errors that name who is at fault. An {@link IOException}, so that storage paths
 * declare one kind. Messages never hold patient data.
 */
public abstract class StrataException extends IOException {
    private final transient Fault fault;

    protected StrataException(Fault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    public final Fault fault() {
        return fault;
    }
}
