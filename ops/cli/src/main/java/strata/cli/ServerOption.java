package strata.cli;

import picocli.CommandLine.Option;

import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.tls.SecretFile;
import strata.base.tls.TlsContext;
import strata.base.tls.TlsFiles;
import strata.network.TlsPeer;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** Which running server a command talks to, and how both prove who they are. */
final class ServerOption {
    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${env:STRATA_SERVER:-http://127.0.0.1:8080}",
            description = "The running server (default: ${DEFAULT-VALUE}; set by STRATA_SERVER).")
    private String url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "${env:STRATA_TOKEN_FILE:-}",
            description = "Its first line is sent as bearer token, such as operator.token in the"
                    + " server's data directory (set by STRATA_TOKEN_FILE).")
    private String tokenFile;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            defaultValue = "${env:STRATA_TRUST:-}",
            description = "The authorities that the server's certificate is by, in PEM"
                    + " (set by STRATA_TRUST; else those that Java trusts).")
    private String trust;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Our private key, in PEM or PKCS#12: DICOM goes over TLS then.")
    private Path key;

    @Option(
            names = "--certificates",
            paramLabel = "FILE",
            description = "Our certificate and its issuers, when not in the file of the key.")
    private Path certificates;

    @Option(
            names = "--key-password-file",
            paramLabel = "FILE",
            description = "Its first line is the password of the key.")
    private Path keyPassword;

    ServerApi api() throws OperatorException {
        String text = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return new ServerApi(uri, token(), file(trust), dicomTls());
            }
        } catch (IllegalArgumentException e) {
            throw new OperatorException("--server wants a URL: " + Text.safe(text), e);
        }
        throw new OperatorException(
                "--server wants a URL such as http://127.0.0.1:8080: " + Text.safe(text));
    }

    private static Optional<Path> file(String text) {
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    private Optional<String> token() throws OperatorException {
        Optional<Path> file = file(tokenFile);
        return file.isPresent()
                ? Optional.of(new String(SecretFile.readLine(file.get(), "token file")))
                : Optional.empty();
    }

    private Optional<TlsPeer> dicomTls() throws OperatorException {
        if (key == null) {
            return Optional.empty();
        }
        TlsFiles files = new TlsFiles(
                key,
                Optional.ofNullable(certificates),
                Optional.ofNullable(keyPassword),
                file(trust));
        TlsContext context = TlsContext.open("client", files, Clock.systemUTC(), Metrics.none());
        return Optional.of(new TlsPeer(context, Optional.empty()));
    }
}
