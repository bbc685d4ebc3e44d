package strata.network.http;

import java.io.IOException;

/**
 * Answers requests of one route, on a worker thread where it may block. What it throws becomes a
 * JSON error: {@link HttpException} with its status, the errors of {@code strata.base} by who is at
 * fault, anything else as 500 without details.
 */
@FunctionalInterface
public interface Handler {
    Response handle(Request request) throws IOException;
}
