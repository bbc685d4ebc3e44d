package strata.replication;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.store.IngestResult;
import strata.store.StoreOptions;
import strata.store.TestStore;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A site with a real store, its door for other sites, and a sender to one other. */
final class StoreSite implements Closeable {
    /** Quick to try again, and patient with a machine that is busy. */
    static final SenderOptions OPTIONS = SenderOptions.defaults()
            .withPauses(
                    Duration.ofMillis(20),
                    Duration.ofHours(1),
                    Duration.ofMillis(20),
                    Duration.ofMillis(200));

    /** For a line that loses frames, which only silence tells. */
    static final SenderOptions BAD_LINE = OPTIONS.withLimits(
            OPTIONS.catalogGrace(), Duration.ofSeconds(3), Duration.ofSeconds(2));

    static final Uid STUDY = new Uid("1.2.3");

    final String name;
    final TestStore files;
    final ReplicationServer server;
    private final String other;
    private final ReplicationNetwork network = new ReplicationNetwork(ChannelSecurity.none());
    private final SiteName self;
    private final List<Closeable> open = new ArrayList<>();
    private final StoreSink sink;
    private SiteAddress target;
    SiteSender sender;

    StoreSite(Path path, String name, String other, int port) throws IOException {
        this(path, name, other, port, StoreOptions.defaults());
    }

    StoreSite(Path path, String name, String other, int port, StoreOptions options)
            throws IOException {
        this.name = name;
        this.other = other;
        this.files = TestStore.open(path.resolve(name), options);
        this.self = new SiteName(files.store().site(), name);
        this.sink = new StoreSink(
                files.store(),
                new KnownSites(files.catalog(), List.of(other)),
                Staging.open(new LocalDisk(), path.resolve(name).resolve("incoming")));
        this.server = ReplicationServer.start(
                new InetSocketAddress("127.0.0.1", port),
                self,
                sink,
                network,
                ReceiverOptions.defaults(),
                Metrics.none());
    }

    int port() {
        return server.address().getPort();
    }

    SiteSender sendTo(int port, SenderOptions options) throws IOException {
        target = new SiteAddress(other, "127.0.0.1", port);
        sender = SiteSender.of(
                files.store(),
                target,
                self,
                ReplicationChoice.all(),
                network,
                options,
                Clock.systemUTC(),
                Metrics.none());
        sender.start();
        return sender;
    }

    /** Shares these books with the site at the port, and with whoever asks. */
    NoteRounds share(int port, NoteBook... books) {
        Notes notes = new Notes(List.of(books), Instant::now);
        sink.share(notes);
        SiteSource source = new SiteSource(
                new SiteAddress(other, "127.0.0.1", port), self, files.store(), network);
        open.add(source);
        NoteRounds rounds = new NoteRounds(
                List.of(source),
                notes,
                Duration.ofMillis(300),
                Duration.ofMillis(50),
                Metrics.none());
        open.add(0, rounds);
        return rounds;
    }

    SiteSource sourceAt(int port) {
        SiteSource source = new SiteSource(
                new SiteAddress(other, "127.0.0.1", port), self, files.store(), network);
        files.store().addSource(source);
        open.add(source);
        return source;
    }

    static Uid instance(int number) {
        return new Uid("1.2.3.4." + number);
    }

    IngestResult put(int number, int columns, long seed) throws IOException {
        Uid series = new Uid("1.2.3." + number % 7);
        return files.put(TestStore.image(STUDY, series, instance(number), columns, seed));
    }

    IngestResult put(Uid study, int number) throws IOException {
        return files.put(
                TestStore.image(study, new Uid(study + ".1"), instance(number), 20, number));
    }

    /** Compares with the other site, which is where objects are sent to. */
    ComparisonReport compare(SiteComparison.Mode mode, boolean deep) throws IOException {
        try (SiteSource source = new SiteSource(target, self, files.store(), network)) {
            return source.compare(sink, sender, mode, deep);
        }
    }

    void putAll(int from, int count) throws IOException {
        for (int i = from; i < from + count; i++) {
            put(i, i % 100 == 0 ? 600 : 16 + i % 40, i);
        }
    }

    List<VersionEntry> versions() {
        List<VersionEntry> all = new ArrayList<>();
        try (VersionCursor cursor = files.catalog().all()) {
            cursor.forEachRemaining(each -> {
                if (each.state() != VersionState.DELETED) {
                    all.add(each);
                }
            });
        }
        return all;
    }

    /** Object id to digest, of everything that is here, each read to its end. */
    Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (VersionEntry version : versions()) {
            String digest = strata.base.Digest.ofBytes(files.read(version)).toString();
            if (contents.put(
                            version.key().instance() + " " + digest,
                            version.id().toString())
                    != null) {
                throw new AssertionError("twice: " + version.key().instance());
            }
        }
        return contents;
    }

    /** Ends replication and the store; a crash ends it without the last checkpoint. */
    void stop(boolean crash) throws IOException {
        if (sender != null) {
            sender.close();
        }
        for (Closeable each : open) {
            each.close();
        }
        server.close();
        network.close();
        if (crash) {
            files.crash();
        } else {
            files.close();
        }
    }

    @Override
    public void close() throws IOException {
        stop(false);
    }
}
