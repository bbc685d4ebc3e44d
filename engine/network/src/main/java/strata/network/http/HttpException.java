package strata.network.http;

import strata.base.Fault;
import strata.base.StrataException;

import java.util.LinkedHashMap;
import java.util.Map;

/** Ends a request with the given status; the message is shown to the peer. */
public final class HttpException extends StrataException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Map<String, String> headers;

    /**
     * @param status 400 to 599
     * @param message what is wrong, without patient data
     */
    public HttpException(int status, String message) {
        this(status, message, null);
    }

    public HttpException(int status, String message, Throwable cause) {
        this(status, message, cause, Map.of());
    }

    private HttpException(
            int status, String message, Throwable cause, Map<String, String> headers) {
        super(status < 500 ? Fault.PEER : Fault.STRATA, message, cause);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("not an error status: " + status);
        }
        this.status = status;
        this.headers = headers;
    }

    /** The same error, whose response has this header field too. */
    public HttpException withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpException(status, getMessage(), getCause(), Map.copyOf(more));
    }

    /** Header fields of the response, by lower-case name. */
    public Map<String, String> headers() {
        return headers;
    }

    public int status() {
        return status;
    }
}
