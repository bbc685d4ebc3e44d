package strata.s3;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

import strata.base.StorageException;
import strata.tier.TierHealth;

import java.io.Closeable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One bucket: runs requests, gives errors their meaning, and knows from them how it is. */
final class S3Store implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(30);

    /** After a refused write another is tried only then. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(60);

    /** How often a server that is away is asked for, when somebody wants to know. */
    static final Duration PROBE_AFTER = Duration.ofSeconds(10);

    /** A request; may throw what the SDK throws. */
    interface Request<T> extends Supplier<T> {}

    private record State(TierHealth health, Instant since) {}

    private final S3Client client;
    private final String bucket;
    private final String tier;
    private final Optional<Duration> restoreTime;
    private final Clock clock;
    private final Map<String, String> abandoned = new ConcurrentHashMap<>();
    private volatile State state;
    private volatile boolean conditions = true;

    S3Store(S3TierOptions options, AwsCredentialsProvider credentials, Clock clock) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder()
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .socketTimeout(SOCKET_TIMEOUT))
                .credentialsProvider(credentials)
                .region(Region.of(options.region()))
                .forcePathStyle(options.pathStyle())
                // Many servers refuse the newer checksum trailers; packs carry their own.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                // Attempts draw on a budget that only successes fill again: a server in trouble
                // is not asked three times by everybody.
                .overrideConfiguration(c -> c.apiCallTimeout(options.timeout())
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .retryOnException(S3Failure::isOfTheLine)
                                .build()));
        options.endpoint().ifPresent(builder::endpointOverride);
        this.client = builder.build();
        this.bucket = options.bucket();
        this.tier = options.name();
        this.restoreTime = options.restoreTime();
        this.clock = clock;
        this.state = new State(TierHealth.AVAILABLE, clock.instant());
    }

    S3Client client() {
        return client;
    }

    /** The name of the tier that it is. */
    String tier() {
        return tier;
    }

    /** How long its archive takes to give a pack, where that was said. */
    Optional<Duration> restoreTime() {
        return restoreTime;
    }

    Clock clock() {
        return clock;
    }

    String bucket() {
        return bucket;
    }

    /** Whether conditional writes are asked for; false once the server did not know them. */
    boolean usesConditions() {
        return conditions;
    }

    void giveUpConditions() {
        conditions = false;
    }

    <T> T read(String what, Request<T> request) throws StorageException {
        return run(what, false, request);
    }

    <T> T write(String what, Request<T> request) throws StorageException {
        return run(what, true, request);
    }

    private <T> T run(String what, boolean writing, Request<T> request) throws StorageException {
        try {
            T result = request.get();
            succeeded(writing);
            return result;
        } catch (SdkException e) {
            throw failed(e, what, writing);
        }
    }

    /** All keys below a prefix, sorted. */
    List<String> list(String prefix) throws StorageException {
        return read(
                "listing " + prefix,
                () ->
                        client
                                .listObjectsV2Paginator(b -> b.bucket(bucket).prefix(prefix))
                                .contents()
                                .stream()
                                .map(object -> object.key())
                                .sorted()
                                .toList());
    }

    /** Takes the parts of an upload back; one that is gone is fine. */
    void abort(String key, String upload) throws StorageException {
        try {
            client.abortMultipartUpload(b -> b.bucket(bucket).key(key).uploadId(upload));
        } catch (SdkException e) {
            if (!S3Failure.isMissingObject(e)) {
                throw failed(e, "removing parts of " + key, true);
            }
        }
    }

    /** Keeps an upload in mind whose parts could not be taken back. */
    void abandon(String key, String upload) {
        abandoned.put(upload, key);
    }

    /** Tries what could not be taken back again; what fails is left for the next time. */
    void abortAbandoned() {
        for (Map.Entry<String, String> each : abandoned.entrySet()) {
            try {
                abort(each.getValue(), each.getKey());
                abandoned.remove(each.getKey());
            } catch (StorageException e) {
                LOG.warn("parts of {} stay: {}", each.getValue(), e.getMessage());
                return;
            }
        }
    }

    /** What the server compares a body with before it takes it. */
    static String md5(byte[] bytes, int length) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(bytes, 0, length);
            return Base64.getEncoder().encodeToString(md5.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    void succeeded(boolean writing) {
        TierHealth health = state.health();
        if (health != TierHealth.AVAILABLE && (writing || health == TierHealth.VANISHED)) {
            state = new State(TierHealth.AVAILABLE, clock.instant());
        }
    }

    /** The exception to throw; the health follows it. */
    StorageException failed(SdkException e, String what, boolean writing) {
        StorageException failure = S3Failure.of(e, what, writing);
        TierHealth health = switch (failure.kind()) {
            case FULL -> TierHealth.FULL;
            case READ_ONLY -> TierHealth.READ_ONLY;
            case UNAVAILABLE -> TierHealth.VANISHED;
            case FAILED, ON_ITS_WAY -> null;
        };
        if (health != null) {
            state = new State(health, clock.instant());
        }
        return failure;
    }

    TierHealth health() {
        State now = state;
        Duration age = Duration.between(now.since(), clock.instant());
        return switch (now.health()) {
            case AVAILABLE -> TierHealth.AVAILABLE;
            case FULL, READ_ONLY -> isOver(age, RETRY_AFTER) ? TierHealth.AVAILABLE : now.health();
            case VANISHED -> {
                if (isOver(age, PROBE_AFTER)) {
                    probe();
                }
                yield state.health();
            }
        };
    }

    /** Also when the time stepped back, which says nothing of how long ago something was. */
    private static boolean isOver(Duration age, Duration limit) {
        return age.isNegative() || age.compareTo(limit) >= 0;
    }

    private void probe() {
        try {
            look();
        } catch (StorageException e) {
            LOG.debug("bucket {} is still away: {}", bucket, e.getMessage());
            state = new State(TierHealth.VANISHED, clock.instant());
        }
    }

    /** Asks for something that is refused with a reason, which a HEAD is not. */
    void look() throws StorageException {
        read(
                "looking into bucket " + bucket,
                () -> client.listObjectsV2(b -> b.bucket(bucket).maxKeys(1)));
    }

    /** What a HEAD of an object answers; may throw what the SDK throws. */
    HeadObjectResponse head(String key) {
        HeadObjectResponse head = client.headObject(b -> b.bucket(bucket).key(key));
        succeeded(false);
        return head;
    }

    @Override
    public void close() {
        client.close();
    }
}
