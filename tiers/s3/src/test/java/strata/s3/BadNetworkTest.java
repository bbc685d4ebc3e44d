package strata.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Metrics;
import strata.base.StorageException;
import strata.tier.PackEntryReader;
import strata.tier.PackReader;
import strata.tier.TestPacks;
import strata.tier.TestPacks.Sample;
import strata.tier.Tier;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MemoryKeys;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * A line that resets, breaks off, crawls and says 503: what is written is whole or not there, what
 * is read is right or fails. More seeds by
 *
 * <pre>./strata test BadNetworkTest -Dstrata.s3.seeds=50</pre>
 */
class BadNetworkTest {
    private static final int SEEDS = Integer.getInteger("strata.s3.seeds", 3);
    private static final int TRIES = 200;

    /** What the line may make fail. */
    private interface Attempt<T> {
        T run() throws IOException;
    }

    private static <T> T untilItWorks(String what, Attempt<T> attempt) throws IOException {
        IOException last = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                return attempt.run();
            } catch (StorageException e) {
                last = e;
            }
        }
        throw new AssertionError(what + " never worked", last);
    }

    @Test
    void nothingIsHalfWrittenOrWronglyRead() throws Exception {
        try (S3Server server = new S3Server()) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                String where = "seed " + seed;
                KeyLedger keys = KeyLedger.open(
                        MemoryKeys.siteKeys(1),
                        new MemoryKeys(),
                        Metrics.none(),
                        Clock.systemUTC());
                S3TierOptions options = server.options()
                        .withPrefix("seed-" + seed + "/")
                        .withBuffers(5 << 20, 64 << 10)
                        .withTimeout(Duration.ofSeconds(30));
                byte[] noise = new byte[seed % 3 == 0 ? 6 << 20 : 300_000];
                new Random(seed).nextBytes(noise);
                Sample sample = TestPacks.sample(seed, TestPacks.key(seed, 1, 1), noise);
                String pack;
                try (FaultyLine line = new FaultyLine(server.endpoint().getPort(), seed);
                        Tier tier = open(options.at(line.endpoint()), keys)) {
                    pack = untilItWorks(
                            where, () -> tier.write(List.of(sample.object())).pack());
                    assertArrayEquals(noise, untilItWorks(where, () -> read(tier, pack)), where);
                    assertTrue(line.faults.get() > 0, where + ": the line was good");
                }
                try (Tier direct = open(options, keys)) {
                    assertEquals(List.of(pack), direct.packs(), where);
                    assertArrayEquals(noise, read(direct, pack), where);
                }
            }
        }
    }

    private static Tier open(S3TierOptions options, KeyLedger keys) throws IOException {
        return S3Tier.open(
                options, S3Server.credentials(), keys, Metrics.none(), Clock.systemUTC());
    }

    private static byte[] read(Tier tier, String pack) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(50_000);
        try (PackReader reader = tier.open(pack);
                PackEntryReader entry = reader.read(0)) {
            while (entry.read(buffer.clear()) >= 0) {
                out.write(buffer.array(), 0, buffer.position());
            }
        }
        return out.toByteArray();
    }
}
