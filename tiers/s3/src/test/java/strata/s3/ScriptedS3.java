package strata.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A store in memory that speaks as much S3 as a tier needs, and answers some requests as a test
 * tells it to. Every answer ends its connection.
 */
final class ScriptedS3 implements Closeable {
    static final String BUCKET = "bucket";

    /** What is asked for, by the names of the S3 reference. */
    enum Operation {
        HEAD_BUCKET,
        LIST_OBJECTS,
        LIST_UPLOADS,
        HEAD,
        GET,
        PUT,
        COPY,
        DELETE,
        RESTORE,
        CREATE_UPLOAD,
        PART,
        COMPLETE,
        ABORT,
        LOCK_CONFIGURATION,
        LIST_VERSIONS,
        RETENTION,
        LEGAL_HOLD
    }

    /** An object; restore is what its header of that name says, empty for none. */
    record Stored(byte[] bytes, String storageClass, String restore) {
        boolean isInArchive() {
            return S3Archive.isOne(storageClass) && !restore.contains("false");
        }
    }

    /** A request whose body has been read. */
    record Asked(Operation operation, String key, HttpExchange exchange, byte[] body) {
        String header(String name) {
            return exchange.getRequestHeaders().getFirst(name);
        }
    }

    /** How a request is answered instead; what is to happen besides is for it to call. */
    interface Answer {
        void give(Asked asked) throws IOException;
    }

    private record Script(Predicate<Asked> which, AtomicInteger times, Answer answer) {}

    final Map<String, Stored> objects = new ConcurrentSkipListMap<>();
    final Map<String, TreeMap<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
    final List<Operation> log = new CopyOnWriteArrayList<>();
    /** Whether the bucket has object lock; then what was deleted is still there by its version. */
    volatile boolean lockable;

    /** What locks an object, by the headers that tell of it. */
    final Map<String, Map<String, String>> locks = new ConcurrentHashMap<>();

    private final Map<String, String> uploadKeys = new ConcurrentHashMap<>();
    private final Map<String, String> uploadClasses = new ConcurrentHashMap<>();
    private final ConcurrentLinkedDeque<Script> scripts = new ConcurrentLinkedDeque<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final HttpServer server;
    private final ExecutorService workers = Executors.newCachedThreadPool();

    ScriptedS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.setExecutor(workers);
        server.start();
    }

    S3TierOptions options() {
        return S3TierOptions.of("cold", BUCKET, S3Server.REGION)
                .at(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    /** Answers so many requests of a kind otherwise. */
    void script(Operation operation, int times, Answer answer) {
        scripts.add(new Script(
                asked -> asked.operation() == operation, new AtomicInteger(times), answer));
    }

    long count(Operation operation) {
        return log.stream().filter(o -> o == operation).count();
    }

    /** An error as S3 words it. */
    static Answer error(int status, String code) {
        return asked -> {
            String xml = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>scripted"
                    + "</Message></Error>";
            send(asked, status, xml);
        };
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Connection", "close");
            byte[] body = body(exchange);
            Map<String, String> query = query(exchange.getRequestURI());
            String path = exchange.getRequestURI().getPath();
            String key =
                    path.length() > BUCKET.length() + 2 ? path.substring(BUCKET.length() + 2) : "";
            Asked asked = new Asked(operation(exchange, key, query), key, exchange, body);
            log.add(asked.operation());
            for (Script script : scripts) {
                if (script.which().test(asked) && script.times().getAndDecrement() > 0) {
                    script.answer().give(asked);
                    return;
                }
            }
            perform(asked);
        }
    }

    private static Operation operation(HttpExchange exchange, String key, Map<String, String> q) {
        boolean copies = exchange.getRequestHeaders().containsKey("x-amz-copy-source");
        return switch (exchange.getRequestMethod()) {
            case "HEAD" -> key.isEmpty() ? Operation.HEAD_BUCKET : Operation.HEAD;
            case "GET" ->
                !key.isEmpty()
                        ? Operation.GET
                        : q.containsKey("uploads")
                                ? Operation.LIST_UPLOADS
                                : q.containsKey("object-lock")
                                        ? Operation.LOCK_CONFIGURATION
                                        : q.containsKey("versions")
                                                ? Operation.LIST_VERSIONS
                                                : Operation.LIST_OBJECTS;
            case "PUT" ->
                q.containsKey("partNumber")
                        ? Operation.PART
                        : q.containsKey("retention")
                                ? Operation.RETENTION
                                : q.containsKey("legal-hold")
                                        ? Operation.LEGAL_HOLD
                                        : copies ? Operation.COPY : Operation.PUT;
            case "DELETE" -> q.containsKey("uploadId") ? Operation.ABORT : Operation.DELETE;
            case "POST" ->
                q.containsKey("restore")
                        ? Operation.RESTORE
                        : q.containsKey("uploads") ? Operation.CREATE_UPLOAD : Operation.COMPLETE;
            default -> throw new IllegalArgumentException(exchange.getRequestMethod());
        };
    }

    /** What the request asks for, without any script. */
    void perform(Asked asked) throws IOException {
        Map<String, String> query = query(asked.exchange().getRequestURI());
        Stored stored = objects.get(asked.key());
        switch (asked.operation()) {
            case HEAD_BUCKET -> send(asked, 200, "");
            case LIST_OBJECTS -> send(asked, 200, listing(query.getOrDefault("prefix", "")));
            case LIST_UPLOADS -> send(asked, 200, uploadListing());
            case HEAD, GET -> give(asked, stored);
            case PUT -> {
                if (refused(asked)) {
                    error(412, "PreconditionFailed").give(asked);
                } else {
                    store(asked.key(), asked.body(), asked.header("x-amz-storage-class"));
                    send(asked, 200, "");
                }
            }
            case COPY -> {
                String from = asked.header("x-amz-copy-source").replaceFirst("^/?[^/]+/", "");
                byte[] bytes = objects.get(URLDecoder.decode(from, StandardCharsets.UTF_8))
                        .bytes();
                store(asked.key(), bytes, asked.header("x-amz-storage-class"));
                send(asked, 200, "<CopyObjectResult><ETag>\"c\"</ETag></CopyObjectResult>");
            }
            case DELETE -> {
                if (query.containsKey("versionId") && isLocked(asked.key())) {
                    error(403, "AccessDenied").give(asked);
                } else {
                    objects.remove(asked.key());
                    send(asked, 204, "");
                }
            }
            case LOCK_CONFIGURATION, LIST_VERSIONS, RETENTION, LEGAL_HOLD ->
                performLock(asked, query.getOrDefault("prefix", ""));
            case RESTORE -> {
                objects.put(
                        asked.key(),
                        new Stored(
                                stored.bytes(), stored.storageClass(), "ongoing-request=\"true\""));
                send(asked, 202, "");
            }
            case CREATE_UPLOAD -> createUpload(asked);
            case PART -> {
                int number = Integer.parseInt(query.get("partNumber"));
                uploads.get(query.get("uploadId")).put(number, asked.body());
                asked.exchange().getResponseHeaders().set("ETag", "\"p" + number + "\"");
                send(asked, 200, "");
            }
            case COMPLETE -> complete(asked, query.get("uploadId"));
            case ABORT -> {
                uploads.remove(query.get("uploadId"));
                send(asked, 204, "");
            }
        }
    }

    private void performLock(Asked asked, String prefix) throws IOException {
        if (asked.operation() == Operation.LIST_VERSIONS) {
            send(asked, 200, versions(prefix));
        } else if (asked.operation() != Operation.LOCK_CONFIGURATION) {
            lock(asked, "Mode", "x-amz-object-lock-mode");
            lock(asked, "RetainUntilDate", "x-amz-object-lock-retain-until-date");
            lock(asked, "Status", "x-amz-object-lock-legal-hold");
            send(asked, 200, "");
        } else if (lockable) {
            send(
                    asked,
                    200,
                    "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
                            + "</ObjectLockConfiguration>");
        } else {
            error(404, "ObjectLockConfigurationNotFoundError").give(asked);
        }
    }

    private void lock(Asked asked, String element, String header) {
        String xml = new String(asked.body(), StandardCharsets.UTF_8);
        int from = xml.indexOf("<" + element + ">");
        if (from >= 0) {
            int end = xml.indexOf("</" + element + ">");
            locks.computeIfAbsent(asked.key(), k -> new ConcurrentHashMap<>())
                    .put(header, xml.substring(from + element.length() + 2, end));
        }
    }

    /** By a hold, or by any time: the test ends those. */
    private boolean isLocked(String key) {
        Map<String, String> lock = locks.getOrDefault(key, Map.of());
        return "ON".equals(lock.get("x-amz-object-lock-legal-hold"))
                || lock.containsKey("x-amz-object-lock-retain-until-date");
    }

    private String versions(String prefix) {
        String one = "<VersionId>v1</VersionId><IsLatest>true</IsLatest>";
        StringBuilder xml = new StringBuilder("<ListVersionsResult>");
        for (String key : objects.keySet()) {
            if (key.startsWith(prefix)) {
                xml.append("<Version><Key>").append(key).append("</Key>").append(one);
                xml.append("</Version>");
            }
        }
        return xml.append("<IsTruncated>false</IsTruncated></ListVersionsResult>")
                .toString();
    }

    private void createUpload(Asked asked) throws IOException {
        String id = "u" + numbers.incrementAndGet();
        uploads.put(id, new TreeMap<>());
        uploadKeys.put(id, asked.key());
        String storageClass = asked.header("x-amz-storage-class");
        uploadClasses.put(id, storageClass == null ? "STANDARD" : storageClass);
        send(
                asked,
                200,
                "<InitiateMultipartUploadResult><UploadId>" + id
                        + "</UploadId></InitiateMultipartUploadResult>");
    }

    private void complete(Asked asked, String id) throws IOException {
        TreeMap<Integer, byte[]> parts = uploads.get(id);
        if (parts == null) {
            error(404, "NoSuchUpload").give(asked);
        } else if (refused(asked)) {
            error(412, "PreconditionFailed").give(asked);
        } else {
            assemble(asked);
            send(
                    asked,
                    200,
                    "<CompleteMultipartUploadResult><ETag>\"m\"</ETag></CompleteMultipartUploadResult>");
        }
    }

    /** Completes an upload without saying so. */
    void assemble(Asked asked) {
        String id = query(asked.exchange().getRequestURI()).get("uploadId");
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        uploads.remove(id).values().forEach(whole::writeBytes);
        store(asked.key(), whole.toByteArray(), uploadClasses.get(id));
    }

    private boolean refused(Asked asked) {
        return "*".equals(asked.header("If-None-Match")) && objects.containsKey(asked.key());
    }

    private void store(String key, byte[] bytes, String storageClass) {
        objects.put(key, new Stored(bytes, storageClass == null ? "STANDARD" : storageClass, ""));
    }

    private void give(Asked asked, Stored stored) throws IOException {
        if (stored == null) {
            error(404, "NoSuchKey").give(asked);
            return;
        }
        if (asked.operation() == Operation.GET && stored.isInArchive()) {
            error(403, "InvalidObjectState").give(asked);
            return;
        }
        var headers = asked.exchange().getResponseHeaders();
        headers.set("ETag", "\"" + Arrays.hashCode(stored.bytes()) + "\"");
        if (!stored.storageClass().equals("STANDARD")) {
            headers.set("x-amz-storage-class", stored.storageClass());
        }
        locks.getOrDefault(asked.key(), Map.of()).forEach(headers::set);
        if (!stored.restore().isEmpty()) {
            headers.set("x-amz-restore", stored.restore());
        }
        if (asked.operation() == Operation.HEAD) {
            headers.set("Content-Length", Integer.toString(stored.bytes().length));
            asked.exchange().sendResponseHeaders(200, -1);
            return;
        }
        byte[] part = ranged(asked, stored.bytes());
        asked.exchange().sendResponseHeaders(206, part.length);
        asked.exchange().getResponseBody().write(part);
    }

    /** The bytes that a range asks for. */
    static byte[] ranged(Asked asked, byte[] bytes) {
        String range = asked.header("Range");
        if (range == null) {
            return bytes;
        }
        String[] ends = range.substring("bytes=".length()).split("-");
        int last = (int) Math.min(Long.parseLong(ends[1]), bytes.length - 1L);
        return Arrays.copyOfRange(bytes, Integer.parseInt(ends[0]), last + 1);
    }

    private String listing(String prefix) {
        StringBuilder xml = new StringBuilder("<ListBucketResult>");
        objects.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .forEach(key ->
                        xml.append("<Contents><Key>").append(key).append("</Key></Contents>"));
        return xml.append("<IsTruncated>false</IsTruncated></ListBucketResult>").toString();
    }

    private String uploadListing() {
        StringBuilder xml = new StringBuilder("<ListMultipartUploadsResult>");
        uploads.keySet()
                .forEach(id -> xml.append("<Upload><Key>")
                        .append(uploadKeys.get(id))
                        .append("</Key><UploadId>")
                        .append(id)
                        .append("</UploadId></Upload>"));
        return xml.append("<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>")
                .toString();
    }

    static void send(Asked asked, int status, String xml) throws IOException {
        byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
        boolean none = bytes.length == 0 || asked.exchange().getRequestMethod().equals("HEAD");
        asked.exchange().getResponseHeaders().set("Content-Type", "application/xml");
        asked.exchange().sendResponseHeaders(status, none ? -1 : bytes.length);
        if (!none) {
            asked.exchange().getResponseBody().write(bytes);
        }
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> out = new TreeMap<>();
        if (uri.getRawQuery() != null) {
            for (String each : uri.getRawQuery().split("&")) {
                String[] pair = each.split("=", 2);
                String value = pair.length == 2 ? pair[1] : "";
                out.put(pair[0], URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        return out;
    }

    /** The body, out of the signed chunks in which the client sends it without TLS. */
    private static byte[] body(HttpExchange exchange) throws IOException {
        byte[] sent = exchange.getRequestBody().readAllBytes();
        String encoding = exchange.getRequestHeaders().getFirst("x-amz-content-sha256");
        if (encoding == null || !encoding.startsWith("STREAMING")) {
            return sent;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        while (at < sent.length) {
            int end = at;
            while (sent[end] != '\r') {
                end++;
            }
            String head = new String(sent, at, end - at, StandardCharsets.US_ASCII);
            int length = Integer.parseInt(head.split(";")[0], 16);
            if (length == 0) {
                break;
            }
            out.write(sent, end + 2, length);
            at = end + 2 + length + 2;
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}
