package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/**
 * Two servers that both take objects while the network between them goes, while either is stopped,
 * and while either is killed: in the end both have everything, once. As many objects and kills as
 * {@code -Dstrata.sites.objects=10000} and {@code -Dstrata.sites.kills=200} say; beside other work
 * with {@code -Dstrata.sites.patience=10} times the 60 s in which they must be equal.
 */
class TwoSitesTest {
    private static final int OBJECTS = Integer.getInteger("strata.sites.objects", 500);
    private static final int KILLS = Integer.getInteger("strata.sites.kills", 2);
    private static final long SEED =
            Long.getLong("strata.sites.seed", System.nanoTime() & 0xffff_ffffL);
    private static final Duration HEALED =
            Duration.ofSeconds(60L * Integer.getInteger("strata.sites.patience", 1));
    private static final int MOST_BEFORE_A_KILL = 60;
    private static final int LARGE_PIXEL_BYTES = 300_000;
    private static final int SMALL_PIXEL_BYTES = 4_000;

    @TempDir
    Path folder;

    private final Processes processes = new Processes();
    private final Random random = new Random(SEED);
    private final List<Ingest> ingests = new ArrayList<>();
    private int expected;

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void bothEndEqualAfterPartitionsStopsAndKills() throws Exception {
        try (SitePair sites = new SitePair(processes, folder, "")) {
            Map<Long, List<Item>> sent = partitioned(sites);
            stopped(sites);
            killed(sites);
            sent.putAll(failedOver(sites));
            for (ServerProcess server : List.of(sites.a, sites.b)) {
                SitePair.assertServes(server, sent);
                for (Ingest ingest : ingests) {
                    ingest.verify(server.dicomPort(), "seed " + SEED);
                }
            }
            sites.a.stop();
            sites.b.stop();
        }
    }

    private Map<Long, List<Item>> partitioned(SitePair sites) throws Exception {
        Map<Long, List<Item>> sent = new TreeMap<>();
        Map<Long, List<Item>> before = SitePair.studies(1, OBJECTS / 2);
        Map<Long, List<Item>> atA = SitePair.studies(1_000, OBJECTS / 4);
        Map<Long, List<Item>> atB = SitePair.studies(2_000, OBJECTS - OBJECTS / 2 - OBJECTS / 4);
        sent.putAll(before);
        sent.putAll(atA);
        sent.putAll(atB);
        SitePair.send(sites.a, before);
        sites.awaitEqual(OBJECTS / 2, HEALED.multipliedBy(2), "before the partition");
        sites.cut();
        CompletableFuture<Void> other = both(sites.b, atB);
        SitePair.send(sites.a, atA);
        other.get();
        assertTrue(SitePair.manifest(sites.a).size() < OBJECTS, "it is a partition");
        sites.heal();
        long healed = System.nanoTime();
        sites.awaitEqual(OBJECTS, HEALED, "after the partition");
        System.out.printf(
                "%d objects equal %d ms after the partition healed%n",
                OBJECTS, (System.nanoTime() - healed) / 1_000_000);
        expected = OBJECTS;
        return sent;
    }

    private static CompletableFuture<Void> both(ServerProcess at, Map<Long, List<Item>> studies) {
        return CompletableFuture.runAsync(() -> {
            try {
                SitePair.send(at, studies);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    /** One of them answers nothing for a while, and its connections stay. */
    private void stopped(SitePair sites) throws Exception {
        signal("-STOP", sites.b);
        Map<Long, List<Item>> meanwhile = SitePair.studies(3_000, 20);
        SitePair.send(sites.a, meanwhile);
        signal("-CONT", sites.b);
        expected += 20;
        sites.awaitEqual(expected, HEALED, "after a stop");
    }

    private void signal(String signal, ServerProcess server) throws Exception {
        Processes.Ended ended = processes.run(
                folder, List.of("kill", signal, String.valueOf(server.process().pid())));
        assertEquals(0, ended.exit(), ended::all);
    }

    private void killed(SitePair sites) throws Exception {
        for (int run = 1; run <= KILLS; run++) {
            String which = "seed " + SEED + " kill " + run;
            long began = System.nanoTime();
            ServerProcess victim = random.nextBoolean() ? sites.a : sites.b;
            ServerProcess other = victim == sites.a ? sites.b : sites.a;
            int after = 1 + random.nextInt(MOST_BEFORE_A_KILL);
            boolean partition = random.nextInt(3) == 0;
            try (Ingest dying = Ingest.small(victim.dicomPort(), 10_000 + run, SMALL_PIXEL_BYTES);
                    Ingest living =
                            Ingest.small(other.dicomPort(), 20_000 + run, SMALL_PIXEL_BYTES)) {
                Await.until(
                        "objects, " + which, HEALED, () -> dying.acknowledged().size() >= after);
                if (partition) {
                    sites.cut();
                }
                victim.kill();
                dying.awaitEnd();
                living.finish();
                ingests.add(dying);
                ingests.add(living);
            }
            long killed = System.nanoTime();
            victim.startAgain();
            sites.heal();
            awaitCounted(sites, which);
            System.out.printf(
                    "%s: %d ms until killed, %d ms to start, %d ms until equal%n",
                    which,
                    (killed - began) / 1_000_000,
                    victim.startTook().toMillis(),
                    (System.nanoTime() - killed) / 1_000_000
                            - victim.startTook().toMillis());
        }
        awaitAllThere(sites, "after all kills, seed " + SEED);
    }

    /**
     * Of the studies of the last kill only: whole manifests after each of many kills would cost
     * more than all the rest. They are compared at the end.
     */
    private void awaitCounted(SitePair sites, String which) throws Exception {
        for (Ingest ingest : ingests.subList(ingests.size() - 2, ingests.size())) {
            int least = ingest.acknowledged().size();
            awaitOrTell(sites, which, () -> {
                List<Long> here = SitePair.counted(sites.a, ingest.study());
                return here.get(0) >= least
                        && here.equals(SitePair.counted(sites.b, ingest.study()));
            });
        }
    }

    /** One dies, the other is promoted and goes on; the first comes back and gets what is new. */
    private Map<Long, List<Item>> failedOver(SitePair sites) throws Exception {
        Map<Long, List<Item>> before = large(30_000, 30);
        SitePair.send(sites.a, before);
        int all = SitePair.manifest(sites.a).size();
        sites.awaitEqual(all, HEALED, "before the failover");
        sites.a.kill();
        SitePair.ask("POST", sites.b, "/replica/promote?text=failover");
        Map<Long, List<Item>> meanwhile = large(40_000, 6);
        SitePair.send(sites.b, meanwhile);
        long newBytes = meanwhile.values().stream()
                .flatMap(List::stream)
                .mapToLong(item -> item.dataSet().length)
                .sum();
        long toA = sites.toA.bytesForth();
        long toB = sites.toB.bytesForth();
        sites.a.startAgain();
        sites.awaitEqual(all + 6, HEALED, "after the failback");
        long came = sites.toA.bytesForth() - toA;
        long went = sites.toB.bytesForth() - toB;
        System.out.printf(
                "failback: %d bytes came for %d new ones, %d went%n", came, newBytes, went);
        assertTrue(came >= newBytes, came + " bytes for " + newBytes);
        assertTrue(came < newBytes + newBytes / 2, came + " bytes for " + newBytes + " new ones");
        assertOnlyOffered(sites.a);
        Await.until(
                "a knows who purges",
                HEALED,
                () -> !SitePair.get(sites.a, "/replica/promote")
                        .path("purgesHere")
                        .asBoolean());
        assertTrue(SitePair.get(sites.b, "/replica/promote").path("purgesHere").asBoolean());
        Map<Long, List<Item>> sent = new TreeMap<>(before);
        sent.putAll(meanwhile);
        return sent;
    }

    /**
     * A server that was killed offers again what it has been told since its last checkpoint that
     * the other has, and that is all: no object goes back.
     */
    private static void assertOnlyOffered(ServerProcess server) throws Exception {
        JsonNode[] replica = new JsonNode[1];
        Await.until("caught up after the failback", HEALED, () -> {
            replica[0] = SitePair.get(server, "/status").path("replicas").path(0);
            return replica[0].path("caughtUp").asBoolean();
        });
        JsonNode counted = replica[0].path("sinceStart");
        assertTrue(counted.path("present").isNumber(), replica[0]::toString);
        assertEquals(0, counted.path("sent").asInt(-1), replica[0]::toString);
        assertEquals(0, counted.path("sentBytes").asInt(-1), replica[0]::toString);
    }

    private static Map<Long, List<Item>> large(long study, int objects) {
        return Map.of(
                study,
                LongStream.rangeClosed(1, objects)
                        .mapToObj(n -> Item.noise(study, n, LARGE_PIXEL_BYTES))
                        .toList());
    }

    /** What was on its way when the server died may be there or not, at both sites alike. */
    private void awaitAllThere(SitePair sites, String which) throws Exception {
        int least = expected
                + ingests.stream().mapToInt(i -> i.acknowledged().size()).sum();
        awaitOrTell(sites, which, () -> {
            Map<String, String> here = SitePair.manifest(sites.a);
            return here.size() >= least && here.equals(SitePair.manifest(sites.b));
        });
    }

    private static void awaitOrTell(SitePair sites, String which, Callable<Boolean> equal)
            throws Exception {
        try {
            Await.until("equal, " + which, HEALED, equal);
        } catch (AssertionError e) {
            throw new AssertionError(
                    which + ": " + SitePair.get(sites.a, "/status").path("replicas") + " "
                            + SitePair.get(sites.b, "/status").path("replicas"),
                    e);
        }
    }
}
