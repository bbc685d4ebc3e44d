package strata.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

import strata.base.Await;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.tier.LockedPackException;
import strata.tier.PackLock;
import strata.tier.PackReader;
import strata.tier.TestPacks;
import strata.tier.Tier;
import strata.tier.TierContract;
import strata.tier.TierHealth;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MemoryKeys;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The contract of tiers on Ceph's object gateway, where Debian's packages radosgw, ceph-mon and
 * ceph-osd are installed:
 *
 * <pre>./strata test RadosgwTest</pre>
 */
class RadosgwTest extends TierContract {
    private static final String BUCKET = "strata-packs";
    private static final String ACCESS = "strata-access";
    private static final String SECRET = "strata-secret";
    private static final AtomicInteger TESTS = new AtomicInteger();

    @TempDir
    static Path dir;

    private static Process gateway;
    private static URI endpoint;
    private static S3Client client;

    private final String prefix = "test-" + TESTS.incrementAndGet() + "/";
    private KeyLedger ledger;

    @BeforeAll
    static void start() throws Exception {
        for (String program : List.of("radosgw", "ceph-mon", "ceph-osd", "radosgw-admin", "ceph")) {
            assumeTrue(
                    Files.isExecutable(Path.of("/usr/bin", program)),
                    program + " is not installed");
        }
        int http = freePort();
        gateway = new ProcessBuilder(
                        script().toString(),
                        dir.toString(),
                        Integer.toString(freePort()),
                        Integer.toString(http),
                        ACCESS,
                        SECRET)
                .redirectError(dir.resolve("script.err").toFile())
                .start();
        BufferedReader said = new BufferedReader(
                new InputStreamReader(gateway.getInputStream(), StandardCharsets.US_ASCII));
        assertEquals("ready", said.readLine(), "the gateway starts");
        endpoint = URI.create("http://127.0.0.1:" + http);
        client = S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder())
                .endpointOverride(endpoint)
                .region(Region.of(S3Server.REGION))
                .credentialsProvider(credentials())
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .build();
        client.createBucket(b -> b.bucket(BUCKET));
    }

    private static Path script() {
        String home = System.getProperty("strata.home");
        return home == null
                ? Path.of("src/test/radosgw").toAbsolutePath()
                : Path.of(home, "tiers/s3/src/test/radosgw");
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    private static AwsCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS, SECRET));
    }

    @AfterAll
    static void stop() throws Exception {
        if (gateway != null) {
            if (client != null) {
                client.close();
            }
            gateway.getOutputStream().close();
            if (!gateway.waitFor(60, TimeUnit.SECONDS)) {
                gateway.destroyForcibly();
            }
        }
    }

    @Override
    protected boolean damageStaysInItsEntry() {
        return false;
    }

    @Override
    protected Tier open() throws Exception {
        if (ledger == null) {
            ledger = KeyLedger.open(
                    MemoryKeys.siteKeys(1), new MemoryKeys(), Metrics.none(), Clock.systemUTC());
        }
        S3TierOptions options =
                S3TierOptions.of("ceph", BUCKET, S3Server.REGION).at(endpoint).withPrefix(prefix);
        return S3Tier.open(options, credentials(), ledger, Metrics.none(), Clock.systemUTC());
    }

    private long versions(String bucket) {
        return client.listObjectVersions(b -> b.bucket(bucket)).versions().size();
    }

    @Test
    void aBucketWithLocksKeepsPacksAndNoOldKeys() throws Exception {
        String bucket = "strata-locked";
        client.createBucket(b -> b.bucket(bucket).objectLockEnabledForBucket(true));
        S3TierOptions options = S3TierOptions.of("ceph", bucket, S3Server.REGION)
                .at(endpoint)
                .withLock(Optional.of(LockMode.GOVERNANCE));
        open().close();
        try (S3Tier locking =
                S3Tier.open(options, credentials(), ledger, Metrics.none(), Clock.systemUTC())) {
            String pack =
                    locking.write(TestPacks.objects(TestPacks.shared(90, 2))).pack();
            String other =
                    locking.write(TestPacks.objects(TestPacks.mixed(91, 1))).pack();
            assertEquals(3, versions(bucket), "two packs, and the keys as they are now");
            Instant until = Instant.now().plusSeconds(100_000).truncatedTo(ChronoUnit.SECONDS);
            locking.keep(pack, new PackLock(until, false));
            assertEquals(new PackLock(until, false), locking.lock(pack));
            locking.keep(other, PackLock.of(Instant.MAX));
            for (String each : List.of(pack, other)) {
                assertThrows(LockedPackException.class, () -> locking.delete(each));
            }
            assertEquals(TierHealth.AVAILABLE, locking.health());
            locking.keep(other, PackLock.NONE);
            locking.delete(other);
            assertEquals(List.of(pack), locking.packs());
            assertEquals(2, versions(bucket), "nothing of it is left");
        }
        S3TierOptions without = S3TierOptions.of("ceph", BUCKET, S3Server.REGION)
                .at(endpoint)
                .withLock(Optional.of(LockMode.GOVERNANCE));
        assertThrows(
                OperatorException.class,
                () -> S3Tier.open(
                        without, credentials(), ledger, Metrics.none(), Clock.systemUTC()));
    }

    @Test
    void inComplianceModeNobodyDeletesBeforeTheEndAndAfterItThePackGoes() throws Exception {
        String bucket = "strata-compliance";
        client.createBucket(b -> b.bucket(bucket).objectLockEnabledForBucket(true));
        S3TierOptions options = S3TierOptions.of("ceph", bucket, S3Server.REGION)
                .at(endpoint)
                .withLock(Optional.of(LockMode.COMPLIANCE));
        open().close();
        try (S3Tier locking =
                S3Tier.open(options, credentials(), ledger, Metrics.none(), Clock.systemUTC())) {
            String kept =
                    locking.write(TestPacks.objects(TestPacks.shared(90, 2))).pack();
            String soon =
                    locking.write(TestPacks.objects(TestPacks.mixed(91, 1))).pack();
            Instant until = Instant.now().plusSeconds(100_000).truncatedTo(ChronoUnit.SECONDS);
            locking.keep(kept, new PackLock(until, false));
            LockedPackException refused =
                    assertThrows(LockedPackException.class, () -> locking.delete(kept));
            assertEquals(new PackLock(until, false), refused.lock());
            assertEquals(kept, refused.pack());
            String key = "packs/" + kept.substring(0, 2) + "/" + kept + ".pack";
            assertRefused(() -> client.putObjectRetention(b -> b.bucket(bucket)
                    .key(key)
                    .bypassGovernanceRetention(true)
                    .retention(r -> r.mode(ObjectLockRetentionMode.COMPLIANCE)
                            .retainUntilDate(until.minusSeconds(50_000)))));
            assertRefused(() -> client.putObjectRetention(b -> b.bucket(bucket)
                    .key(key)
                    .bypassGovernanceRetention(true)
                    .retention(r ->
                            r.mode(ObjectLockRetentionMode.GOVERNANCE).retainUntilDate(until))));
            assertRefused(() -> client.deleteObject(b -> b.bucket(bucket)
                    .key(key)
                    .versionId(version(bucket, key))
                    .bypassGovernanceRetention(true)));
            locking.keep(kept, new PackLock(until.plusSeconds(60), false));
            assertEquals(until.plusSeconds(60), locking.lock(kept).until(), "longer it may be");
            locking.keep(soon, new PackLock(Instant.now().plusSeconds(10), false));
            Await.until("its lock ends", Duration.ofMinutes(2), () -> isDeleted(locking, soon));
            assertEquals(List.of(kept), locking.packs());
            assertEquals(2, versions(bucket), "nothing of the other is left but this and the keys");
            try (PackReader reader = locking.open(kept)) {
                reader.verify(0);
            }
            assertEquals(TierHealth.AVAILABLE, locking.health());
        }
    }

    private static boolean isDeleted(S3Tier tier, String pack) throws IOException {
        try {
            tier.delete(pack);
            return true;
        } catch (LockedPackException e) {
            assertEquals(TierHealth.AVAILABLE, tier.health());
            return false;
        }
    }

    private static void assertRefused(Executable request) {
        S3Exception refused = assertThrows(S3Exception.class, request);
        assertEquals(403, refused.statusCode(), refused.getMessage());
    }

    private String version(String bucket, String key) {
        return client.listObjectVersions(b -> b.bucket(bucket).prefix(key))
                .versions()
                .get(0)
                .versionId();
    }

    @Override
    protected void flipBit(String pack, long offset, int bit) {
        String key = prefix + "packs/" + pack.substring(0, 2) + "/" + pack + ".pack";
        byte[] bytes = client.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asByteArray();
        bytes[(int) offset] ^= (byte) (1 << bit);
        client.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
    }
}
