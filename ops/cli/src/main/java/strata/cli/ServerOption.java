package strata.cli;

import picocli.CommandLine.Option;

import strata.base.OperatorException;

import java.net.URI;

/** Which running server a command talks to. */
final class ServerOption {
    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${env:STRATA_SERVER:-http://127.0.0.1:8080}",
            description = "The running server (default: ${DEFAULT-VALUE}; set by STRATA_SERVER).")
    private String url;

    ServerApi api() throws OperatorException {
        String text = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return new ServerApi(uri);
            }
        } catch (IllegalArgumentException e) {
            throw new OperatorException("--server wants a URL: " + Text.safe(text), e);
        }
        throw new OperatorException(
                "--server wants a URL such as http://127.0.0.1:8080: " + Text.safe(text));
    }
}
