package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.Await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * T3: the power of a file system is cut while a store works on it, it is mounted again, and
 * everything that was acknowledged before has to be there. The store is a process of its own, the
 * list of acknowledgements is on another file system. For root. The full number is
 *
 * <pre>./strata test PowerCutTest -Dstrata.power.cuts=500</pre>
 *
 * for each of ext4 and XFS. The same store without its syncs must be found out.
 */
class PowerCutTest {
    private static final int CUTS = Integer.getInteger("strata.power.cuts", 3);
    private static final long SEED =
            Long.getLong("strata.power.seed", System.nanoTime() & 0xffff_ffffL);
    private static final int MEGABYTES = 512;
    private static final int CUTS_OF_ONE_IMAGE = 10;
    private static final int LONGEST_MILLIS = 1200;
    private static final long NUMBERS_OF_A_RUN = 1_000_000;

    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    /** How one life of the store ended: what its restart found, empty when all was there. */
    private record Life(String fault, long acknowledged) {}

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void whatWasAcknowledgedOutlivesEveryPowerCut(String type) throws Exception {
        Random random = new Random(SEED);
        long acknowledged = 0;
        for (int done = 0; done < CUTS; done += CUTS_OF_ONE_IMAGE) {
            Path here = folder.resolve(type + done);
            try (Mount mount = Mount.image(here, type, MEGABYTES);
                    AckList list = new AckList(here.resolve("acknowledged"))) {
                int cuts = Math.min(CUTS_OF_ONE_IMAGE, CUTS - done);
                for (int cut = 1; cut <= cuts; cut++) {
                    String which = type + " seed " + SEED + " cut " + (done + cut);
                    assertEquals("", live(mount, list, cut, true, random).fault(), which);
                }
                Life last = live(mount, list, cuts + 1, true, random);
                assertEquals("", last.fault(), type + " seed " + SEED + " at last");
                acknowledged += list.count();
            }
        }
        assertTrue(acknowledged > 0, "nothing was acknowledged");
        System.out.printf(
                "%s: %s power cuts, %s acknowledged, none lost%n", type, CUTS, acknowledged);
    }

    /** The whole server: senders, doors, audit trail and all, on a file system that goes. */
    @Test
    void theWholeServerOutlivesAPowerCut() throws Exception {
        Random random = new Random(SEED);
        try (Mount mount = Mount.image(folder, "ext4", MEGABYTES)) {
            Path there = mount.path().resolve("server");
            Files.createDirectories(there);
            ServerProcess server = ServerProcess.start(processes, there);
            List<Ingest> before = new ArrayList<>();
            for (int cut = 1; cut <= 2; cut++) {
                try (Ingest ingest = Ingest.start(server.dicomPort(), cut)) {
                    Await.until(
                            "an acknowledgement",
                            Duration.ofSeconds(60),
                            () -> !ingest.acknowledged().isEmpty());
                    LockSupport.parkNanos(1_000_000L * random.nextInt(LONGEST_MILLIS));
                    mount.cutPower();
                    server.kill();
                    ingest.awaitEnd();
                    mount.unmount();
                    mount.mountAgain();
                    server.startAgain();
                    before.add(ingest);
                    for (Ingest each : before) {
                        each.verify(server.dicomPort(), "seed " + SEED + " cut " + cut);
                    }
                }
            }
            server.kill();
        }
    }

    /** The control: a store that does not sync loses what it acknowledged, and that is seen. */
    @Test
    void aStoreWithoutSyncsIsFoundOut() throws Exception {
        Random random = new Random(SEED);
        String fault = "";
        try (Mount mount = Mount.image(folder, "ext4", MEGABYTES);
                AckList list = new AckList(folder.resolve("acknowledged"))) {
            for (int cut = 1; cut <= 6 && fault.isEmpty(); cut++) {
                fault = live(mount, list, cut, false, random).fault();
            }
            assertTrue(list.count() > 0, "nothing was acknowledged");
        }
        assertTrue(!fault.isEmpty(), "a store without syncs lost nothing: the test sees nothing");
        System.out.println("without syncs: " + fault);
    }

    /** Starts the store, has it check and work, cuts the power, mounts again. */
    private Life live(Mount mount, AckList list, int life, boolean synced, Random random)
            throws Exception {
        long before = list.count();
        Process child = ServerProcess.java(
                        StoreChild.class,
                        List.of(
                                mount.path().resolve("data").toString(),
                                list.path().toString(),
                                Long.toString(life * NUMBERS_OF_A_RUN),
                                synced ? "synced" : "unsynced"))
                .redirectError(folder.resolve("child.err").toFile())
                .start();
        processes.add(child);
        AtomicReference<String> fault = new AtomicReference<>("");
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            String first = lines.readLine();
            if (first == null || !first.equals("checked " + before)) {
                child.destroyForcibly().waitFor();
                return new Life(first + "\n" + Processes.text(folder.resolve("child.err")), 0);
            }
            Thread reader = new Thread(() -> collect(lines, list, fault));
            reader.start();
            Await.until("an acknowledgement", Duration.ofSeconds(60), () -> list.count() > before);
            LockSupport.parkNanos(1_000_000L * random.nextInt(LONGEST_MILLIS));
            mount.cutPower();
            LockSupport.parkNanos(1_000_000L * random.nextInt(50));
            // Not by the process itself: that would close the stream that is being read.
            child.toHandle().destroyForcibly();
            assertTrue(child.waitFor(30, TimeUnit.SECONDS));
            reader.join();
        }
        list.sync();
        mount.unmount();
        mount.mountAgain();
        return new Life(fault.get(), list.count() - before);
    }

    private static void collect(BufferedReader lines, AckList list, AtomicReference<String> fault) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                list.add(line);
            }
        } catch (IOException e) {
            fault.set("the list of acknowledgements: " + e);
        }
    }
}
