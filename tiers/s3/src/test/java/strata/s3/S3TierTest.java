package strata.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Object;

import strata.base.Metrics;
import strata.base.SetClock;
import strata.base.StorageException;
import strata.tier.PackObject;
import strata.tier.PackReader;
import strata.tier.PackSummary;
import strata.tier.TestPacks;
import strata.tier.TestPacks.Sample;
import strata.tier.Tier;
import strata.tier.TierContract;
import strata.tier.TierHealth;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MemoryKeys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class S3TierTest extends TierContract {
    private S3Server server;
    private KeyLedger ledger;

    /** Started by the first who needs it: the contract opens its tier before our own set-up. */
    private S3Server server() throws Exception {
        if (server == null) {
            server = new S3Server();
        }
        return server;
    }

    /** One of the whole test, as one site has. */
    private KeyLedger ledger() throws IOException {
        if (ledger == null) {
            ledger = KeyLedger.open(
                    MemoryKeys.siteKeys(1), new MemoryKeys(), Metrics.none(), Clock.systemUTC());
        }
        return ledger;
    }

    @Override
    protected boolean damageStaysInItsEntry() {
        return false;
    }

    @AfterEach
    void stopServer() {
        server.closeLater();
    }

    @Override
    protected Tier open() throws Exception {
        return open(server().options());
    }

    private S3Tier open(S3TierOptions options) throws IOException {
        return S3Tier.open(
                options, S3Server.credentials(), ledger(), Metrics.none(), Clock.systemUTC());
    }

    private static String key(String pack) {
        return "site-a/packs/" + pack.substring(0, 2) + "/" + pack + ".pack";
    }

    @Override
    protected void flipBit(String pack, long offset, int bit) {
        byte[] bytes = server.client()
                .getObjectAsBytes(b -> b.bucket(S3Server.BUCKET).key(key(pack)))
                .asByteArray();
        bytes[(int) offset] ^= (byte) (1 << bit);
        put(key(pack), bytes);
    }

    private void put(String key, byte[] bytes) {
        server.client()
                .putObject(b -> b.bucket(S3Server.BUCKET).key(key), RequestBody.fromBytes(bytes));
    }

    private List<String> keys() {
        return server.client().listObjectsV2(b -> b.bucket(S3Server.BUCKET)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    private boolean hasUploads() {
        return server.client()
                .listMultipartUploads(b -> b.bucket(S3Server.BUCKET))
                .hasUploads();
    }

    /** Noise, so that it stays longer than a part. */
    private static Sample large(int megabytes) {
        byte[] noise = new byte[megabytes << 20];
        new Random(31).nextBytes(noise);
        return TestPacks.sample(500, TestPacks.key(31, 1, 1), noise);
    }

    @Test
    void aPackLongerThanAPartIsUploadedInParts() throws Exception {
        Sample sample = large(13);
        try (Tier parts = open(server.options().withBuffers(5 << 20, 64 << 10))) {
            PackSummary summary = parts.write(List.of(sample.object()));
            assertEquals(List.of("site-a/keys/00000001.keys", key(summary.pack())), keys());
            assertFalse(hasUploads());
            assertHolds(summary.pack(), List.of(sample));
        }
    }

    @Test
    void aSourceThatFailsAfterSomePartsLeavesNoParts() throws Exception {
        Sample sample = large(13);
        PackObject good = sample.object();
        PackObject broken = new PackObject(
                TestPacks.object(501, TestPacks.key(31, 1, 2), new byte[10]).id(),
                TestPacks.key(31, 1, 2),
                good.digest(),
                10,
                new byte[0],
                () -> {
                    throw new IOException("source broke");
                });
        try (Tier parts = open(server.options().withBuffers(5 << 20, 64 << 10))) {
            assertThrows(IOException.class, () -> parts.write(List.of(good, broken)));
        }
        assertEquals(List.of("site-a/keys/00000001.keys"), keys());
        assertFalse(hasUploads());
    }

    @Test
    void unfinishedUploadsOfThisTierGoAtStart() throws Exception {
        server.client().createMultipartUpload(b -> b.bucket(S3Server.BUCKET).key(key("ab12")));
        server.client().createMultipartUpload(b -> b.bucket(S3Server.BUCKET).key("other/x"));
        open().close();
        List<String> left =
                server
                        .client()
                        .listMultipartUploads(b -> b.bucket(S3Server.BUCKET))
                        .uploads()
                        .stream()
                        .map(u -> u.key())
                        .toList();
        assertEquals(List.of("other/x"), left);
    }

    @Test
    void aPackThatAppearsMeanwhileIsNotWrittenOver() throws Exception {
        List<Sample> samples = TestPacks.mixed(40, 2);
        List<PackObject> racing = new ArrayList<>(TestPacks.objects(samples));
        PackObject last = racing.remove(racing.size() - 1);
        racing.add(new PackObject(
                last.id(), last.key(), last.digest(), last.lengthBytes(), last.attributes(), () -> {
                    try (Tier other = open(server.options())) {
                        other.write(TestPacks.objects(samples));
                    }
                    return last.content().open();
                }));
        PackSummary summary = tier.write(racing);
        assertEquals(List.of(summary.pack()), tier.packs());
        assertHolds(summary.pack(), samples);
    }

    @Test
    void readsOfAnySizeGiveTheBytesOfTheObject() throws Exception {
        byte[] bytes = new byte[300_000];
        long seed = 33;
        Random random = new Random(seed);
        random.nextBytes(bytes);
        put("site-a/x", bytes);
        S3Store store = new S3Store(server.options(), S3Server.credentials(), Clock.systemUTC());
        strata.tier.TierMetrics metrics = new strata.tier.TierMetrics(Metrics.none(), "x");
        try (store;
                S3PackSource source = S3PackSource.open(store, "site-a/x", 4096, metrics)) {
            assertEquals(bytes.length, source.lengthBytes());
            for (int i = 0; i < 60; i++) {
                int from = random.nextInt(bytes.length);
                int most = i % 2 == 0 ? 3000 : 100_000;
                int length = Math.min(random.nextInt(most), bytes.length - from);
                ByteBuffer to = ByteBuffer.allocate(length);
                source.read(to, from);
                assertArrayEquals(
                        Arrays.copyOfRange(bytes, from, from + length),
                        to.array(),
                        "seed " + seed + " read " + i);
            }
            assertThrows(
                    java.io.EOFException.class,
                    () -> source.read(ByteBuffer.allocate(2), bytes.length - 1));
            source.read(ByteBuffer.allocate(9), 0);
            put("site-a/x", new byte[bytes.length]);
            assertThrows(
                    NoSuchFileException.class, () -> source.read(ByteBuffer.allocate(9), 200_000));
        }
    }

    @Test
    void aCopyInPartsIsWhole() throws Exception {
        byte[] bytes = large(12).bytes();
        put("site-a/long", bytes);
        try (S3Store store =
                new S3Store(server.options(), S3Server.credentials(), Clock.systemUTC())) {
            new PackCopy(store, "site-a/long", "site-a/copy").inParts(bytes.length, 5 << 20);
        }
        assertArrayEquals(
                bytes,
                server.client()
                        .getObjectAsBytes(b -> b.bucket(S3Server.BUCKET).key("site-a/copy"))
                        .asByteArray());
    }

    @Test
    void wrongCredentialsAreAStateNotALoss() throws Exception {
        try (Tier refused = S3Tier.open(
                server.options(),
                S3Server.wrongCredentials(),
                ledger(),
                Metrics.none(),
                Clock.systemUTC())) {
            assertEquals(TierHealth.VANISHED, refused.health());
            StorageException e = assertThrows(StorageException.class, refused::packs);
            assertEquals(StorageException.Kind.UNAVAILABLE, e.kind());
            assertFalse(e.toString().contains("secret"), e.toString());
        }
        assertEquals(TierHealth.AVAILABLE, tier.health());
    }

    @Test
    void aServerThatGoesAwayAndComesBack() throws Exception {
        List<Sample> samples = TestPacks.mixed(42, 1);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        SetClock clock = new SetClock(Instant.parse("2026-03-01T00:00:00Z"));
        String bucket = "not-there-yet";
        S3TierOptions options = S3TierOptions.of("late", bucket, S3Server.REGION)
                .at(server.endpoint())
                .withTimeout(Duration.ofSeconds(20));
        try (Tier late =
                S3Tier.open(options, S3Server.credentials(), ledger(), Metrics.none(), clock)) {
            assertEquals(TierHealth.VANISHED, late.health());
            StorageException e = assertThrows(StorageException.class, () -> late.open(pack));
            assertEquals(StorageException.Kind.UNAVAILABLE, e.kind());
            server.client().createBucket(b -> b.bucket(bucket));
            assertEquals(TierHealth.VANISHED, late.health());
            clock.advance(S3Store.PROBE_AFTER);
            assertEquals(TierHealth.AVAILABLE, late.health());
            assertEquals(pack, late.write(TestPacks.objects(samples)).pack());
            try (PackReader reader = late.open(pack)) {
                reader.verify(0);
            }
        }
    }

    @Test
    void noServerAtAllIsVanished() throws Exception {
        java.net.URI nobody = java.net.URI.create("http://127.0.0.1:1");
        try (Tier away = open(server.options().at(nobody).withTimeout(Duration.ofSeconds(3)))) {
            assertEquals(TierHealth.VANISHED, away.health());
            assertThrows(StorageException.class, away::packs);
        }
    }

    @Test
    void namesThatAreNoPacksAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> tier.open("../../etc"));
        assertThrows(IllegalArgumentException.class, () -> tier.delete("x"));
        assertTrue(keys().isEmpty());
    }
}
