package strata.replication;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.SiteLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.segment.RecordLocation;
import strata.store.Decisions;
import strata.store.DeletionOptions;
import strata.store.ObjectReader;
import strata.store.ObjectSource;
import strata.store.Purge;
import strata.store.Reason;
import strata.store.RefusedObjectException;
import strata.store.Scope;
import strata.store.StoreOptions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Two sites with real stores. */
class StoreReplicationTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** As many as {@code -Dstrata.replication.conflicts=N}. */
    private static final int CONFLICTS = Integer.getInteger("strata.replication.conflicts", 200);

    @TempDir
    Path directory;

    private static void awaitCaughtUp(StoreSite site) throws Exception {
        try {
            Await.until(site.name, LIMIT, () -> site.sender.status().caughtUp());
        } catch (AssertionError e) {
            throw new AssertionError("not caught up: " + site.sender.status(), e);
        }
    }

    private static void assertEqualSites(StoreSite a, StoreSite b, int count, String message)
            throws IOException {
        assertEquals(a.contents().keySet(), b.contents().keySet(), message);
        assertEquals(count, a.contents().size(), message);
    }

    private static void assertPlaced(StoreSite at, String site, int count) {
        long placed = at.versions().stream()
                .flatMap(v -> v.placementAt(new SiteLocation(site)).stream())
                .filter(p -> p.state() == PlacementState.VERIFIED)
                .count();
        assertEquals(count, placed, at.name + " knows of copies at " + site);
    }

    @Test
    void fiveHundredObjectsOverABadNetworkWithBothSidesRestarted() throws Exception {
        long seed = 20_260_102;
        StoreSite main = new StoreSite(directory, "main", "dr", 0);
        StoreSite replica = new StoreSite(directory, "dr", "main", 0);
        try (FrameProxy network = new FrameProxy(replica.port(), seed, 150)) {
            SenderOptions slow = StoreSite.BAD_LINE.withBytesPerSecond(2 << 20);
            main.sendTo(network.port(), slow);
            main.putAll(0, 250);
            SiteSender first = main.sender;
            Await.until(
                    "some at the replica",
                    LIMIT,
                    () -> first.status().progress().durable() > 40);
            replica.stop(true);
            replica = new StoreSite(directory, "dr", "main", 0);
            network.retarget(replica.port());
            main.putAll(250, 150);
            main.stop(true);
            main = new StoreSite(directory, "main", "dr", 0);
            assertEquals(400, main.versions().size(), "nothing lost by the crash");
            main.sendTo(network.port(), StoreSite.BAD_LINE);
            main.putAll(400, 100);
            network.calm();
            awaitCaughtUp(main);
            assertTrue(network.faults.get() > 0, "the network was good, seed " + seed);
        }
        assertEquals(Duration.ZERO, main.sender.recoveryPoint());
        assertEqualSites(main, replica, 500, "seed " + seed);
        assertPlaced(main, "dr", 500);
        assertEquals(
                500,
                replica.files.store().segments().segments().stream()
                        .mapToLong(s -> s.recordCount())
                        .sum(),
                "no record twice");
        main.close();
        replica.close();
    }

    @Test
    void bothDirectionsAtOnceThenARebuiltCatalogCostsNoBytes() throws Exception {
        StoreSite main = new StoreSite(directory, "main", "dr", 0);
        try (StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            replica.sendTo(main.port(), StoreSite.OPTIONS);
            main.putAll(0, 120);
            replica.putAll(1000, 120);
            Await.until("all at main", LIMIT, () -> main.versions().size() == 240);
            Await.until("all at dr", LIMIT, () -> replica.versions().size() == 240);
            awaitCaughtUp(main);
            awaitCaughtUp(replica);
            assertEqualSites(main, replica, 240, "both directions");
            assertPlaced(main, "dr", 120);
            assertPlaced(replica, "main", 120);
            main.stop(false);
            Catalog.erase(directory.resolve("main").resolve("catalog"));
            try (StoreSite again = new StoreSite(directory, "main", "dr", 0)) {
                again.sendTo(replica.port(), StoreSite.OPTIONS);
                awaitCaughtUp(again);
                assertPlaced(again, "dr", 120);
                assertEquals(0, again.sender.status().progress().sentBytes());
                assertEquals(120, again.sender.status().progress().present());
            }
        }
    }

    @Test
    void oneUidWithOtherBytesAtEachSiteIsKeptAndListedAtBoth() throws Exception {
        try (StoreSite main = new StoreSite(directory, "main", "dr", 0);
                StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            ObjectId there = main.put(1, 32, 111).id();
            ObjectId here = replica.put(1, 32, 222).id();
            ObjectId sameThere = main.put(2, 32, 333).id();
            ObjectId sameHere = replica.put(2, 32, 333).id();
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            replica.sendTo(main.port(), StoreSite.OPTIONS);
            awaitCaughtUp(main);
            awaitCaughtUp(replica);
            Set<ObjectId> both = Set.of(there, here);
            for (StoreSite site : List.of(main, replica)) {
                List<VersionEntry> versions = site.files.catalog().versions(StoreSite.instance(1));
                Set<ObjectId> ids = new TreeSet<>();
                versions.forEach(v -> ids.add(v.id()));
                assertEquals(both, ids, site.name);
                try (VersionCursor conflicts = site.files.catalog().conflicts()) {
                    assertTrue(conflicts.hasNext(), site.name + " lists the conflict");
                }
                assertEquals(
                        1, site.files.catalog().versions(StoreSite.instance(2)).size());
                assertEquals(3, site.contents().size());
            }
            assertEquals(
                    VersionState.CURRENT,
                    main.files.catalog().version(there).get().state());
            assertEquals(
                    VersionState.CURRENT,
                    replica.files.catalog().version(here).get().state());
            assertPlaced(main, "dr", 2);
            assertEquals(Optional.empty(), main.files.catalog().version(sameHere));
            assertEquals(Optional.empty(), replica.files.catalog().version(sameThere));
        }
    }

    /** T11: neither site's version is overwritten, whichever comes first. */
    @Test
    void everyUidWithOtherBytesIsKeptTwiceAndListedAtBoth() throws Exception {
        try (StoreSite main = new StoreSite(directory, "main", "dr", 0);
                StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            replica.sendTo(main.port(), StoreSite.OPTIONS);
            for (int i = 0; i < CONFLICTS; i++) {
                StoreSite first = i % 2 == 0 ? main : replica;
                StoreSite second = first == main ? replica : main;
                first.put(i, 16 + i % 30, i);
                second.put(i, 16 + i % 30, 1_000_000 + i);
            }
            awaitCaughtUp(main);
            awaitCaughtUp(replica);
            Map<String, String> here = main.contents();
            assertEquals(2 * CONFLICTS, here.size());
            assertEquals(here.keySet(), replica.contents().keySet());
            for (StoreSite site : List.of(main, replica)) {
                Set<Uid> listed = new HashSet<>();
                try (VersionCursor conflicts = site.files.catalog().conflicts()) {
                    conflicts.forEachRemaining(v -> listed.add(v.key().instance()));
                }
                assertEquals(CONFLICTS, listed.size(), site.name + " lists them");
                for (int i = 0; i < CONFLICTS; i++) {
                    assertEquals(
                            2,
                            site.files.catalog().versions(StoreSite.instance(i)).size());
                }
            }
        }
    }

    @Test
    void aDamagedCopyIsReadFromTheOtherSite() throws Exception {
        try (StoreSite main = new StoreSite(directory, "main", "dr", 0);
                StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            replica.sendTo(main.port(), StoreSite.OPTIONS);
            main.sourceAt(replica.port());
            replica.sourceAt(main.port());
            ObjectId id = main.put(5, 700, 5).id();
            awaitCaughtUp(main);
            awaitCaughtUp(replica);
            Await.until(
                    "the replica knows where else it is",
                    LIMIT,
                    () -> replica.files
                            .catalog()
                            .version(id)
                            .flatMap(v -> v.placementAt(new SiteLocation("main")))
                            .isPresent());
            byte[] right = main.files.read(main.files.catalog().version(id).get());
            for (StoreSite damaged : List.of(main, replica)) {
                VersionEntry before = damaged.files.catalog().version(id).get();
                flip(damaged, before, 400_000);
                assertArrayEquals(right, damaged.files.read(before), damaged.name);
                VersionEntry after = damaged.files.catalog().version(id).get();
                assertEquals(
                        1,
                        after.placements().stream()
                                .filter(p -> p.state() == PlacementState.DAMAGED)
                                .count(),
                        damaged.name);
                damaged.files.store().restoreHot(after, damaged.files.store().open(after));
                assertEquals(
                        Digest.ofBytes(right),
                        Digest.ofBytes(damaged.files.read(
                                damaged.files.catalog().version(id).get())));
            }
        }
    }

    private static void flip(StoreSite site, VersionEntry version, long inBody) throws IOException {
        SegmentLocation hot = version.placements().stream()
                .map(Placement::location)
                .filter(SegmentLocation.class::isInstance)
                .map(SegmentLocation.class::cast)
                .findFirst()
                .orElseThrow();
        Path file = site.files.store().segments().segment(hot.segment()).file();
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            long at = new RecordLocation(hot.segment(), hot.offset()).offset() + inBody;
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 4)).flip();
            channel.write(one, at);
        }
    }

    @Test
    void whatWasMovedAwayBeforeTheSiteWasConfiguredIsFoundInTheCatalog() throws Exception {
        try (StoreSite main = new StoreSite(directory, "main", "dr", 0);
                StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            for (int i = 0; i < 20; i++) {
                main.put(i, 20, i);
            }
            VersionEntry moved = main.versions().get(3);
            byte[] bytes = main.files.read(moved);
            Placement pack = new Placement(
                    new PackLocation("longterm", "p1", 0),
                    PlacementState.VERIFIED,
                    moved.receivedAt());
            main.files
                    .catalog()
                    .apply(main.files.catalog().batch().setPlacements(moved.id(), List.of(pack)));
            main.files.store().addSource(new MemoryTier("longterm", bytes));
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            awaitCaughtUp(main);
            assertEqualSites(main, replica, 20, "the moved one too");
        }
    }

    /** A tier that holds one object. */
    private record MemoryTier(String name, byte[] bytes) implements ObjectSource {
        @Override
        public String holder() {
            return Location.tier(name);
        }

        @Override
        public ObjectReader open(VersionEntry version, Location location) {
            return new MemorySite.MemoryBytes(bytes);
        }

        @Override
        public void forEach(Visitor visitor) {}
    }

    private static Decisions.By by(String text) {
        return Decisions.By.operator("tester", text);
    }

    private static Map<Uid, VersionState> states(StoreSite site) {
        Map<Uid, VersionState> states = new HashMap<>();
        try (VersionCursor all = site.files.catalog().all()) {
            all.forEachRemaining(each -> states.put(each.key().instance(), each.state()));
        }
        return states;
    }

    private static void awaitSameStates(StoreSite a, StoreSite b, String message) throws Exception {
        awaitCaughtUp(a);
        awaitCaughtUp(b);
        assertEquals(states(a), states(b), message);
    }

    @Test
    void deletionsAndTheirUndoingFollowTheObjectsInBothDirections() throws Exception {
        long seed = 3;
        SplittableRandom random = new SplittableRandom(seed);
        StoreSite main = new StoreSite(directory, "main", "dr", 0);
        try (StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            for (int i = 0; i < 60; i++) {
                Uid instance = main.put(i, 16 + random.nextInt(64), i).key().instance();
                if (random.nextInt(4) == 0) {
                    main.files.delete(instance);
                }
            }
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            replica.sendTo(main.port(), StoreSite.OPTIONS);
            awaitSameStates(main, replica, "deleted before, seed " + seed);
            assertTrue(states(replica).containsValue(VersionState.DELETED), "some are deleted");

            replica.files.store().decisions().restore(new Scope(StoreSite.STUDY), by("back"));
            awaitSameStates(main, replica, "restored at the replica");
            assertEquals(Set.of(VersionState.CURRENT), Set.copyOf(states(main).values()));

            main.files
                    .store()
                    .decisions()
                    .delete(
                            new Scope(StoreSite.instance(7)),
                            new Decisions.By(
                                    "tester", Reason.PATIENT_SAFETY, "wrong", Optional.empty()));
            awaitSameStates(main, replica, "rejected");
            assertThrows(
                    RefusedObjectException.class, () -> replica.put(7, 40, 7), "refused here too");
            main.stop(false);
            Catalog.erase(directory.resolve("main").resolve("catalog"));
            Map<Uid, VersionState> before = states(replica);
            try (StoreSite again = new StoreSite(directory, "main", "dr", 0)) {
                assertEquals(before, states(again), "rebuilt from the segments");
            }
        }
    }

    @Test
    void aPurgeHereLeavesTheCopyThere() throws Exception {
        StoreOptions noGrace = StoreOptions.defaults()
                .withDeletion(
                        new DeletionOptions(Duration.ofMillis(-1), Duration.ZERO, true, true));
        try (StoreSite main = new StoreSite(directory, "main", "dr", 0, noGrace);
                StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            ObjectId id = main.put(1, 40, 1).id();
            main.put(2, 40, 2);
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            replica.sendTo(main.port(), StoreSite.OPTIONS);
            main.files.delete(StoreSite.instance(1));
            awaitSameStates(main, replica, "deleted at both");
            Purge.Report purged = main.files
                    .store()
                    .purge((version, decision) -> Optional.empty())
                    .run();
            assertEquals(1, purged.purged());
            main.put(3, 40, 3);
            awaitCaughtUp(main);
            VersionEntry there = replica.files.catalog().version(id).orElseThrow();
            assertEquals(VersionState.DELETED, there.state());
            assertTrue(replica.files.read(there).length > 0, "its bytes are there");
            replica.files.store().decisions().restore(new Scope(StoreSite.instance(1)), by("back"));
            awaitCaughtUp(replica);
            assertEquals(
                    VersionState.PURGED,
                    main.files.catalog().version(id).orElseThrow().state(),
                    "what was purged here stays so");
            assertEquals(
                    VersionState.CURRENT,
                    replica.files.catalog().version(id).orElseThrow().state());
        }
    }

    @Test
    void theChoiceBetweenVersionsReachesTheOtherSite() throws Exception {
        try (StoreSite main = new StoreSite(directory, "main", "dr", 0);
                StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            main.put(1, 32, 111);
            ObjectId better = replica.put(1, 32, 222).id();
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            replica.sendTo(main.port(), StoreSite.OPTIONS);
            awaitCaughtUp(main);
            awaitCaughtUp(replica);
            main.files.store().decisions().choose(better, by("this one"));
            awaitCaughtUp(main);
            awaitCaughtUp(replica);
            for (StoreSite site : List.of(main, replica)) {
                assertEquals(
                        Optional.of(better),
                        site.files.catalog().current(StoreSite.instance(1)).map(VersionEntry::id),
                        site.name);
                try (VersionCursor conflicts = site.files.catalog().conflicts()) {
                    assertFalse(conflicts.hasNext(), site.name + " lists no conflict any more");
                }
            }
        }
    }

    @Test
    void aLargeObjectGoesOnAtTheByteAfterTheReceiverWasStopped() throws Exception {
        StoreSite main = new StoreSite(directory, "main", "dr", 0);
        StoreSite replica = new StoreSite(directory, "dr", "main", 0);
        Path incoming = directory.resolve("dr").resolve("incoming");
        try (FrameProxy line = new FrameProxy(replica.port(), 1, Integer.MAX_VALUE)) {
            main.put(1, 1500, 1); // 4.5 MB
            long length = main.versions().get(0).lengthBytes();
            SenderOptions slow = StoreSite.OPTIONS.withBytesPerSecond(1 << 20);
            SiteSender sender = main.sendTo(line.port(), slow);
            Await.until("a good part of it", LIMIT, () -> bytesIn(incoming) > 1 << 20);
            replica.stop(true);
            Await.until("seen as gone", LIMIT, () -> sender.status().trouble().isPresent());
            long held = bytesIn(incoming);
            long before = sender.status().progress().sentBytes();
            assertTrue(held < length, "it has not come to its end");
            replica = new StoreSite(directory, "dr", "main", 0);
            line.retarget(replica.port());
            awaitCaughtUp(main);
            assertEqualSites(main, replica, 1, "resumed");
            assertEquals(length - held, sender.status().progress().sentBytes() - before);
            assertEquals(0, bytesIn(incoming), "nothing is left behind");
        }
        main.close();
        replica.close();
    }

    private static long bytesIn(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
