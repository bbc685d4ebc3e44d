package strata.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import strata.base.AeTitle;
import strata.base.Fault;
import strata.base.OperatorException;
import strata.base.Uid;
import strata.network.RequestOptions;
import strata.network.TlsPeer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The admin API of a running server, seen from outside. */
final class ServerApi {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private static final int WRONG = 400;
    private static final int UNPROVED = 401;
    private static final int FORBIDDEN = 403;

    private final URI server;
    private final Optional<String> token;
    private final Optional<TlsPeer> dicomTls;
    private final HttpClient client;

    /** Where the server's DICOM door is, and how we prove who we are there. */
    record DicomAddress(AeTitle aet, String host, int port, Optional<TlsPeer> tls) {
        /** The request of an association with it, without contexts yet. */
        RequestOptions request(AeTitle own) {
            RequestOptions plain = RequestOptions.of(host, port, own, aet);
            return tls.map(plain::withTls).orElse(plain);
        }
    }

    /** Takes the values of a list; false ends it. */
    interface Visitor {
        void visit(JsonNode value) throws IOException;
    }

    /**
     * @param token shown with every request
     * @param trust authorities of the server's certificate; empty: those that Java trusts
     * @param dicomTls for DICOM over TLS; empty: plain
     */
    ServerApi(URI server, Optional<String> token, Optional<Path> trust, Optional<TlsPeer> dicomTls)
            throws OperatorException {
        this.server = server;
        this.token = token;
        this.dicomTls = dicomTls;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10));
        if (trust.isPresent()) {
            builder.sslContext(trusting(trust.get()));
        }
        this.client = builder.build();
    }

    private static SSLContext trusting(Path file) throws OperatorException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int count = 0;
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority" + count++, each);
            }
            TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
            trusted.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusted.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new OperatorException("--trust " + file + ": no certificates to be read", e);
        }
    }

    JsonNode get(String path, Map<String, String> query) throws IOException {
        return whole(request(path, query).GET());
    }

    JsonNode post(String path, Map<String, String> query) throws IOException {
        return whole(posted(path, query));
    }

    /** Sends texts as a JSON object, for what must not stand in an address. */
    JsonNode postFields(String path, Map<String, String> fields) throws IOException {
        return whole(request(path, Map.of())
                .header("X-Strata", "1")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(fields))));
    }

    /** Sends a file. */
    JsonNode post(String path, Map<String, String> query, Path file) throws IOException {
        return whole(request(path, query)
                .header("X-Strata", "1")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Files.readAllBytes(file))));
    }

    /** Visits the elements of an array as they come. */
    void list(String path, Map<String, String> query, Visitor visitor) throws IOException {
        try (InputStream body = open(request(path, query).GET());
                JsonParser parser = new JsonFactory().createParser(body)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw unexpected(null);
            }
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                visitor.visit(MAPPER.readTree(parser));
            }
        } catch (JsonProcessingException e) {
            throw unexpected(e);
        }
    }

    /** Visits the lines of an answer as they come. */
    void postLines(String path, Map<String, String> query, Visitor visitor) throws IOException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(open(posted(path, query)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    visitor.visit(MAPPER.readTree(line));
                }
            }
        } catch (JsonProcessingException e) {
            throw unexpected(e);
        }
    }

    /** Asks where objects are sent to and fetched from. */
    DicomAddress dicom() throws IOException {
        JsonNode status = get("/status", Map.of());
        String host = status.path("dicom").path("host").asText();
        String which = dicomTls.isPresent() ? "tlsPort" : "port";
        int port = status.path("dicom").path(which).asInt();
        if (port == 0) {
            throw new OperatorException("the server does not listen for DICOM over TLS");
        }
        try {
            return new DicomAddress(
                    new AeTitle(status.path("aet").asText()),
                    WILDCARDS.contains(host) || dicomTls.isPresent() ? server.getHost() : host,
                    port,
                    dicomTls);
        } catch (IllegalArgumentException e) {
            throw unexpected(e);
        }
    }

    JsonNode study(Uid study) throws IOException {
        return get("/studies/" + study.value(), Map.of());
    }

    private JsonNode whole(HttpRequest.Builder request) throws IOException {
        try (InputStream body = open(request)) {
            JsonNode value = MAPPER.readTree(body);
            if (!value.isObject()) {
                throw unexpected(null);
            }
            return value;
        } catch (JsonProcessingException e) {
            throw unexpected(e);
        }
    }

    private HttpRequest.Builder posted(String path, Map<String, String> query) {
        return request(path, query)
                .header("X-Strata", "1")
                .POST(HttpRequest.BodyPublishers.noBody());
    }

    private HttpRequest.Builder request(String path, Map<String, String> query) {
        StringBuilder target = new StringBuilder(server + "/api/v1" + path);
        char mark = '?';
        for (Map.Entry<String, String> entry : query.entrySet()) {
            target.append(mark)
                    .append(entry.getKey())
                    .append('=')
                    .append(URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8)
                            .replace("+", "%20"));
            mark = '&';
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target.toString()));
        token.ifPresent(value -> request.header("authorization", "Bearer " + value));
        return request;
    }

    private InputStream open(HttpRequest.Builder request) throws IOException {
        HttpResponse<InputStream> response;
        try {
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException(Fault.STRATA, "interrupted", e);
        } catch (IOException e) {
            throw new CommandFailedException(
                    Fault.PEER,
                    "no Strata answers at " + server
                            + Optional.ofNullable(e.getMessage())
                                    .map(m -> " (" + Text.safe(m) + ")")
                                    .orElse("")
                            + "; start one, or name it by --server",
                    e);
        }
        if (response.statusCode() == 200) {
            return response.body();
        }
        try (InputStream body = response.body()) {
            throw refused(response.statusCode(), body.readNBytes(64 << 10));
        }
    }

    private CommandFailedException refused(int status, byte[] body) {
        JsonNode error;
        try {
            error = MAPPER.readTree(body);
        } catch (IOException e) {
            error = MissingNode.getInstance();
        }
        String said = Text.safe(error.path("error").asText(""));
        String text = switch (status) {
            case UNPROVED ->
                server + " does not know who asks: name a token by"
                        + " --token-file, such as operator.token in its data directory";
            case FORBIDDEN ->
                server + " does not allow this to the role of the one who" + " asks"
                        + (said.isEmpty() ? "" : ": " + said);
            default -> said.isEmpty() ? server + " answers with HTTP status " + status : said;
        };
        boolean askedWrongly = status == WRONG
                || status == UNPROVED
                || status == FORBIDDEN
                || "OPERATOR".equals(error.path("fault").asText());
        return new CommandFailedException(askedWrongly ? Fault.OPERATOR : Fault.PEER, text);
    }

    private CommandFailedException unexpected(Exception cause) {
        return new CommandFailedException(
                Fault.PEER, server + " answers, but not as a Strata does", cause);
    }
}
