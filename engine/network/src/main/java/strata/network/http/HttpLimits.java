package strata.network.http;

import java.time.Duration;

/**
 * What a peer may ask of the HTTP server.
 *
 * @param requestLineBytes longest request line; beyond it 414
 * @param headerBytes all header fields together; beyond it 431
 * @param bodyBytes longest body of a route that sets no limit of its own; beyond it 413
 * @param connections open connections; further ones get 503 and are closed
 * @param workers requests handled at a time; as many as there are connections may wait
 * @param headTimeout from the connection to the end of the first request's header
 * @param keepAliveTimeout from a response to the end of the next request's header
 * @param stallTimeout how long a body may come, or a response be taken, without progress
 * @param bytesPerSecond least rate of a body over the time spent waiting for it, once that time has
 *     reached {@code stallTimeout}; 0 for none
 */
public record HttpLimits(
        int requestLineBytes,
        int headerBytes,
        long bodyBytes,
        int connections,
        int workers,
        Duration headTimeout,
        Duration keepAliveTimeout,
        Duration stallTimeout,
        int bytesPerSecond) {
    public static final HttpLimits DEFAULT = new HttpLimits(
            8 * 1024,
            16 * 1024,
            1024 * 1024,
            512,
            32,
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            1024);

    public HttpLimits {
        if (requestLineBytes < 64
                || headerBytes < 64
                || bodyBytes < 0
                || connections < 1
                || workers < 1
                || bytesPerSecond < 0) {
            throw new IllegalArgumentException("an HTTP limit is too small");
        }
        for (Duration timeout : new Duration[] {headTimeout, keepAliveTimeout, stallTimeout}) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("an HTTP timeout must be positive");
            }
        }
    }

    public HttpLimits withConnections(int count) {
        return new HttpLimits(
                requestLineBytes,
                headerBytes,
                bodyBytes,
                count,
                workers,
                headTimeout,
                keepAliveTimeout,
                stallTimeout,
                bytesPerSecond);
    }

    public HttpLimits withWorkers(int count) {
        return new HttpLimits(
                requestLineBytes,
                headerBytes,
                bodyBytes,
                connections,
                count,
                headTimeout,
                keepAliveTimeout,
                stallTimeout,
                bytesPerSecond);
    }

    public HttpLimits withTimeouts(Duration head, Duration keepAlive, Duration stall) {
        return new HttpLimits(
                requestLineBytes,
                headerBytes,
                bodyBytes,
                connections,
                workers,
                head,
                keepAlive,
                stall,
                bytesPerSecond);
    }
}
