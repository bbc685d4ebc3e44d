package strata.network.http;

import java.io.IOException;

/**
 * Decides on every request that has a route, on a worker thread and before its handler and its
 * body. Thread-safe.
 */
@FunctionalInterface
public interface AccessControl {
    /**
     * @param template of the route, which names the resource without its identifiers
     * @return who asks
     * @throws HttpException 401 when nobody is proved, 403 when the caller may not, 404 when he may
     *     not know
     */
    Caller admit(Request request, Method method, String template) throws IOException;

    /** Everybody may do everything: for a server on loopback. */
    static AccessControl open() {
        return (request, method, template) -> Caller.ANYONE;
    }
}
