package strata.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.LocalDisk;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.catalog.Catalog;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.store.Decisions;
import strata.store.RecordAttributes;
import strata.store.Scope;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Objects and decisions as they come to a store, in orders that a ring of sites brings about. */
class StoreSinkTest {
    private static final SiteId FROM = new SiteId(77);

    @TempDir
    Path directory;

    private TestStore open(String name) throws IOException {
        return TestStore.open(directory.resolve(name));
    }

    private StoreSink sink(TestStore at) throws IOException {
        return new StoreSink(
                at.store(),
                new KnownSites(at.catalog(), List.of()),
                Staging.open(new LocalDisk(), at.path().resolve("incoming")));
    }

    private static VersionEntry put(TestStore at) throws IOException {
        ObjectId id = at.put(TestStore.image(
                        StoreSite.STUDY, StoreSite.STUDY, StoreSite.instance(1), 20, 1))
                .id();
        return at.catalog().version(id).orElseThrow();
    }

    private static Decisions.Made delete(TestStore at, VersionEntry version) throws IOException {
        at.delete(version.key().instance());
        return at.store().decisions().made(version.id()).orElseThrow();
    }

    private static VersionState state(TestStore at, VersionEntry version) throws IOException {
        return at.catalog().version(version.id()).orElseThrow().state();
    }

    /** A site in between told of the deletion before it had the object and knew its digest. */
    @Test
    void aDecisionThatCameAheadCountsForTheSameBytesUnderAnotherId() throws Exception {
        try (TestStore there = open("there")) {
            VersionEntry theirs = put(there);
            Decisions.Made deletion = delete(there, theirs);
            VersionEntry ours;
            try (TestStore here = open("here")) {
                ours = put(here);
                StoreSink sink = sink(here);
                sink.decide(FROM, deletion.id(), Optional.empty(), deletion.attributes());
                assertEquals(VersionState.CURRENT, state(here, ours), "it may mean another");
                assertTrue(has(sink, theirs));
                assertEquals(VersionState.DELETED, state(here, ours));
                here.store()
                        .decisions()
                        .restore(
                                new Scope(StoreSite.instance(1)),
                                Decisions.By.operator("tester", "back"));
                assertTrue(has(sink, theirs));
                assertEquals(VersionState.CURRENT, state(here, ours), "a later word stands");
            }
            Catalog.erase(directory.resolve("here").resolve("catalog"));
            try (TestStore here = open("here")) {
                assertEquals(VersionState.CURRENT, state(here, ours), "replayed from the log");
            }
        }
    }

    @Test
    void theSameWhereTheBytesCameInWhileTheReplicaWasOnItsWay() throws Exception {
        try (TestStore there = open("there");
                TestStore here = open("here")) {
            VersionEntry theirs = put(there);
            Decisions.Made deletion = delete(there, theirs);
            StoreSink sink = sink(here);
            VersionEntry ours;
            try (ReplicaSink.Incoming incoming = sink.begin(FROM, offered(theirs), 0)) {
                incoming.write(ByteBuffer.wrap(there.read(theirs)));
                ours = put(here);
                sink.decide(FROM, deletion.id(), Optional.empty(), deletion.attributes());
                incoming.commit();
            }
            assertEquals(Optional.empty(), here.catalog().version(theirs.id()));
            assertEquals(VersionState.DELETED, state(here, ours));
        }
    }

    private static boolean has(StoreSink sink, VersionEntry version) throws IOException {
        return sink.has(
                FROM, version.id(), version.digest(), Optional.of(version.key().instance()));
    }

    private static ReplicaSink.Offered offered(VersionEntry version) {
        return new Frame.Offer(
                version.id(),
                version.digest(),
                version.lengthBytes(),
                Optional.of(version.key().instance()),
                new RecordAttributes(version.receivedAt(), version.source()).encode());
    }
}
