package strata.cli;

import picocli.CommandLine;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.catalog.Catalog;
import strata.catalog.Location;
import strata.console.AdminApi;
import strata.console.MediaPages;
import strata.console.PolicyPages;
import strata.console.ServerFacts;
import strata.console.SiteComparisons;
import strata.console.integrity.AuditFacts;
import strata.console.integrity.IntegrityPages;
import strata.frontdoor.Destinations;
import strata.frontdoor.FindDoor;
import strata.frontdoor.PeerPolicy;
import strata.frontdoor.Peers;
import strata.frontdoor.RecallWait;
import strata.frontdoor.RetrieveDoor;
import strata.frontdoor.StoreDoor;
import strata.frontdoor.identity.PatientIdentity;
import strata.mover.Migration;
import strata.mover.MoveProgress;
import strata.mover.MoveReport;
import strata.mover.MoverPace;
import strata.mover.Release;
import strata.mover.Repair;
import strata.mover.RepairQueue;
import strata.mover.Scrub;
import strata.mover.Shred;
import strata.mover.Tiers;
import strata.mover.recall.RecallOptions;
import strata.mover.recall.RecallQueue;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.ServerOptions;
import strata.network.ThreadCounts;
import strata.network.http.HttpLimits;
import strata.network.http.HttpOptions;
import strata.network.http.HttpServer;
import strata.network.http.Router;
import strata.policy.language.KnownNames;
import strata.policy.language.PolicyFile;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;
import strata.policy.lifecycle.CatalogFacts;
import strata.policy.lifecycle.Keeping;
import strata.policy.lifecycle.KeepingBook;
import strata.policy.lifecycle.Lifecycle;
import strata.policy.lifecycle.LifecycleOptions;
import strata.policy.lifecycle.MoverActions;
import strata.policy.lifecycle.Retention;
import strata.policy.lifecycle.RulesInForce;
import strata.policy.lifecycle.patients.PatientBook;
import strata.store.ReplayListener;
import strata.store.Store;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.TierObjectSource;
import strata.tier.crypto.DirectoryKeys;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.SiteKeyFile;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** A whole site in this process, with both doors, and the command line against it. */
final class RunningSite implements Closeable {
    static final AeTitle AET = new AeTitle("STRATA");

    final Parts parts;
    /** What was done to patients, as the audit trail has it. */
    final Queue<String> audited = new ConcurrentLinkedQueue<>();

    private final RepairQueue repairs;
    private final DimseClient client = DimseClient.start(Metrics.none());
    private final DimseServer dicom;
    private RecallQueue recalls;
    private final HttpServer http;

    /** The parts that a stopped site has too. */
    static final class Parts implements OfflineSite {
        final LocalTier tier;
        final TestStore data;
        final Path path;
        private final TierObjectSource source;

        Parts(Path path) throws IOException {
            this.path = path;
            tier = LocalTier.open(
                    new LocalDisk(),
                    path.resolve("longterm"),
                    LocalTierOptions.of("longterm"),
                    Metrics.none(),
                    Clock.systemUTC());
            source = new TierObjectSource(tier);
            data = TestStore.open(path, source);
        }

        @Override
        public Store store() {
            return data.store();
        }

        @Override
        public Tiers tiers() {
            return new Tiers(List.of(tier));
        }

        @Override
        public void close() throws IOException {
            data.close();
            source.close();
            tier.close();
        }
    }

    /** Opens with the parts above, as the server does with its own. */
    static final class Opener implements OfflineOpener {
        @Override
        public OfflineSite open(Path data, Optional<Path> config, ReplayListener replay)
                throws IOException {
            return new Parts(data);
        }

        @Override
        public void forgetIndex(Path data, Optional<Path> config) throws IOException {
            Catalog.erase(data.resolve("catalog"));
        }
    }

    RunningSite(Path path) throws IOException {
        parts = new Parts(path);
        Store store = parts.store();
        repairs = new RepairQueue(
                store,
                new Repair(store, parts.tiers(), Metrics.none(), Audit.none()),
                Metrics.none());
        repairs.start();
        dicom = DimseServer.start(
                ServerOptions.of(AET, "127.0.0.1", 0).withThreads(new ThreadCounts(2, 8, 16)),
                new PeerPolicy(AET, new Peers.AnyOnLoopback()),
                DimseServices.of(
                        new StoreDoor(store, Audit.none()),
                        new FindDoor(store.catalog(), AET, Metrics.none(), Audit.none()),
                        new RetrieveDoor(
                                store,
                                AET,
                                new Destinations(Map.of()),
                                client,
                                RecallWait.NONE,
                                peer -> PatientIdentity.RECEIVED,
                                study -> {},
                                Metrics.none(),
                                Audit.none())),
                Metrics.none(),
                Audit.none());
        Router.Builder routes = Router.builder();
        api(store, routes).addTo(routes);
        KeyLedger keys = KeyLedger.open(
                SiteKeyFile.create(path.resolve("site.keys")),
                new DirectoryKeys(new LocalDisk(), path.resolve("keys")),
                Metrics.none(),
                Clock.systemUTC());
        Shred shred =
                new Shred(store, parts.tiers(), keys, study -> Optional.empty(), Audit.none());
        new MediaPages(store, parts.tiers(), Optional.of(keys), Optional.of(shred)).addTo(routes);
        integrity(store, keys).addTo(routes);
        http = HttpServer.start(
                new HttpOptions("127.0.0.1", 0, HttpLimits.DEFAULT),
                routes.build(),
                Metrics.none());
    }

    /** With an audit trail that always says the same. */
    private IntegrityPages integrity(Store store, KeyLedger keys) {
        AuditFacts facts = new AuditFacts(
                9, "head", true, 0, new TreeMap<>(Map.of("hot", 3L)), 3, 0, List.of());
        return new IntegrityPages(
                new ServerFacts(AET, "127.0.0.1", dicom.port(), "test", store.now()),
                store,
                parts.tiers(),
                repairs,
                Optional.of(keys),
                parts.path.resolve("integrity.key"),
                (from, to) -> facts,
                Audit.none());
    }

    private AdminApi api(Store store, Router.Builder routes) throws IOException {
        Supplier<TierFacts> fill = () -> new TierFacts(
                Map.of("hot", TierFill.of(900, 1000, 0.8), "longterm", TierFill.unlimited(5)));
        KeepingBook book = KeepingBook.open(
                new LocalDisk(), parts.path.resolve("keeping"), Metrics.none(), Audit.none());
        CatalogFacts studies = new CatalogFacts(store.catalog(), fill, book);
        recalls = RecallQueue.open(
                store,
                new LocalDisk(),
                parts.path.resolve("recalls"),
                MoverPace.unlimited(store),
                RecallOptions.DEFAULT,
                Metrics.none());
        recalls.start();
        Lifecycle lifecycle = new Lifecycle(
                PolicyFile.defaultPolicy(KnownNames.of(Set.of("hot", "longterm"), Set.of())),
                studies,
                new MoverActions(
                        store.catalog(),
                        new Migration(store, Metrics.none()),
                        recalls,
                        new Release(store, parts.tiers()),
                        parts.tiers(),
                        Set.of(),
                        book),
                Clock.systemUTC(),
                LifecycleOptions.DEFAULT,
                Metrics.none());
        new PolicyPages(new RulesInForce(
                        new LocalDisk(),
                        parts.path.resolve("policy.yaml"),
                        KnownNames.of(Set.of("hot", "longterm"), Set.of()),
                        lifecycle,
                        Metrics.none(),
                        Audit.none()))
                .addTo(routes);
        Keeping keeping = new Keeping(
                book,
                new Retention(
                        lifecycle::policy, book, studies, () -> store.time().now()),
                Audit.none());
        ServerFacts facts = new ServerFacts(AET, "127.0.0.1", dicom.port(), "test", store.now());
        return new AdminApi(
                facts,
                store,
                parts.tiers(),
                new Scrub(store, parts.tiers(), Metrics.none()),
                repairs,
                recalls,
                new MoveProgress(Metrics.none()),
                lifecycle,
                List.of(),
                new SiteComparisons(Map.of(), Metrics.none()),
                fill,
                keeping,
                patients(store));
    }

    private PatientBook patients(Store store) throws IOException {
        return PatientBook.open(
                new LocalDisk(),
                parts.path.resolve("patients"),
                store.catalog().patients()::set,
                Metrics.none(),
                (action, outcome, actor, details) ->
                        audited.add(action + " " + outcome + " " + actor + " " + details));
    }

    String url() {
        return "http://127.0.0.1:" + http.address().getPort();
    }

    /** Moves a study to the long-term tier and out of hot. */
    MoveReport archive(strata.base.Uid study) throws IOException {
        MoveReport report = new Migration(parts.store(), Metrics.none()).run(study, parts.tier);
        new Release(parts.store(), parts.tiers())
                .run(study, Location.HOT, new Release.Elsewhere(1, 0, 0));
        return report;
    }

    @Override
    public void close() throws IOException {
        http.close();
        dicom.close();
        client.close();
        recalls.close();
        repairs.close();
        parts.close();
    }

    /** How a command ended. */
    record Run(int exit, String out, String err, String progress) {}

    static Run run(String... arguments) {
        return run(new Opener(), arguments);
    }

    static Run run(OfflineOpener opener, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        CommandLine line = StrataCommands.create(new Command.Surroundings(
                opener, new PrintStream(progress, true, StandardCharsets.UTF_8), false));
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exit = line.execute(arguments);
        return new Run(
                exit, out.toString(), err.toString(), progress.toString(StandardCharsets.UTF_8));
    }

    /** An opener whose directory is in use. */
    static final class Busy implements OfflineOpener {
        @Override
        public OfflineSite open(Path data, Optional<Path> config, ReplayListener replay)
                throws IOException {
            throw new OperatorException(data + " is in use by another process");
        }

        @Override
        public void forgetIndex(Path data, Optional<Path> config) throws IOException {
            throw new OperatorException(data + " is in use by another process");
        }
    }
}
