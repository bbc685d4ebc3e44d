package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * T1: kill -9 at random points of an ingest of eight associations, while the server moves,
 * releases, recalls and compacts without pause, again and again on one data directory: what was
 * acknowledged is there, nothing torn is visible, and the server is back within 10 s (on a machine
 * so busy that a start on an empty directory takes more than half of that, within twice the time of
 * such a start). The gate does a few kills; the full number is
 *
 * <pre>./strata test KillTest -Dstrata.kill.runs=1000</pre>
 *
 * The senders and the list of acknowledgements, which is synced to a file, are in this process; the
 * one that is killed is the server's. {@code -Dstrata.kill.seed=N} draws the points of an earlier
 * run again, {@code -Dstrata.kill.back=SECONDS} is for a machine that has other work.
 */
class KillTest {
    private static final int RUNS = Integer.getInteger("strata.kill.runs", 3);
    private static final long SEED =
            Long.getLong("strata.kill.seed", System.nanoTime() & 0xffff_ffffL);
    private static final Duration BACK =
            Duration.ofSeconds(Integer.getInteger("strata.kill.back", 10));
    private static final String SMALL_SEGMENTS = "tiers: { hot: { segmentSize: 4 MiB } }\n";
    private static final int LONGEST_MILLIS = 1500;
    /** All is kept until the last look, so the more runs the smaller: 15 GB or so at the most. */
    private static final int MOST_PIXEL_BYTES = 30_000_000 / Math.max(RUNS, 100);

    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void whatWasAcknowledgedOutlivesEveryKill() throws Exception {
        Random random = new Random(SEED);
        ServerProcess server = ServerProcess.working(processes, folder, SMALL_SEGMENTS);
        Duration back = Collections.max(List.of(BACK, server.startTook().multipliedBy(2)));
        List<Ingest> before = new ArrayList<>();
        long acknowledged = 0;
        AckList list = new AckList(folder.resolve("acknowledged"));
        for (int run = 1; run <= RUNS; run++) {
            String which = "seed " + SEED + " run " + run;
            try (Ingest ingest = Ingest.small(server.dicomPort(), run, MOST_PIXEL_BYTES, list)) {
                Await.until(
                        "the first acknowledgement, " + which,
                        Duration.ofSeconds(60),
                        () -> !ingest.acknowledged().isEmpty());
                LockSupport.parkNanos(1_000_000L * random.nextInt(LONGEST_MILLIS));
                server.kill();
                ingest.awaitEnd();
                server.startAgain();
                assertTrue(
                        server.startTook().compareTo(back) <= 0,
                        () -> which + ": back after " + server.startTook());
                ingest.verify(server.dicomPort(), which);
                before.add(ingest);
                acknowledged += ingest.acknowledged().size();
            }
        }
        for (Ingest ingest : before) {
            ingest.verify(
                    server.dicomPort(), "seed " + SEED + " study " + ingest.study() + " at last");
        }
        System.out.printf(
                "%s kills, %s acknowledged, none lost, last start %s%n",
                RUNS, acknowledged, server.startTook());
        assertEquals(acknowledged, list.count());
        list.close();
        server.kill();
    }

    @Test
    void aSignalDuringIngestLosesNothing() throws Exception {
        ServerProcess server = ServerProcess.start(processes, folder);
        try (Ingest ingest = Ingest.start(server.dicomPort(), 1)) {
            Await.until(
                    "ingest runs",
                    Duration.ofSeconds(60),
                    () -> ingest.acknowledged().size() > 50);
            server.stop();
            ingest.awaitEnd();
            server.startAgain();
            ingest.verify(server.dicomPort(), "after SIGTERM");
        }
        server.stop();
    }
}
