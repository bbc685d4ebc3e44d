package strata.network.http;

import strata.base.Fault;
import strata.base.StrataException;

/** Ends a request with the given status; the message is shown to the peer. */
public final class HttpException extends StrataException {
    private static final long serialVersionUID = 1;

    private final int status;

    /**
     * @param status 400 to 599
     * @param message what is wrong, without patient data
     */
    public HttpException(int status, String message) {
        this(status, message, null);
    }

    public HttpException(int status, String message, Throwable cause) {
        super(status < 500 ? Fault.PEER : Fault.STRATA, message, cause);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("not an error status: " + status);
        }
        this.status = status;
    }

    public int status() {
        return status;
    }
}
