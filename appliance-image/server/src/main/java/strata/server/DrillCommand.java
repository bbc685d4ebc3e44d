package strata.server;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.tls.TlsContext;
import strata.replication.DrillReport;
import strata.replication.Manifest;
import strata.replication.ReplicationNetwork;
import strata.replication.RestoreDrill;
import strata.replication.SiteAddress;
import strata.replication.SiteListing;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;
import strata.server.configuration.ReplicationSettings.OtherSite;
import strata.store.ObjectSource;
import strata.tier.TierObjectSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Restores from another site or a tier into an empty directory, and reports. */
@Command(
        name = "drill",
        description = {
            "Restores what another site or a tier holds into an empty directory.",
            "Everything or a sample is restored, read again and checked against a manifest;",
            "reports recovery point and recovery time. The running site is not touched; of",
            "a tier only the packs and the keys beside them are needed."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit code 1: something is missing or could not be restored.",
            "",
            "Examples:",
            "  strata drill --config /etc/strata/strata.yaml --site dr --into /restore --sample 5",
            "  strata drill --config /etc/strata/strata.yaml --tier cloud --into /restore",
            "  strata drill --tier /mnt/offsite --keys site.keys --into /restore"
        })
final class DrillCommand implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", description = "Where the site is configured.")
    private Path config;

    @Option(names = "--site", paramLabel = "SITE", description = "A site of the configuration.")
    private String site;

    @Option(
            names = "--tier",
            paramLabel = "TIER",
            description = {
                "A tier of the configuration, such as longterm or one in a bucket,",
                "or a directory of packs."
            })
    private String tier;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "The site key, for sealed packs in a directory.")
    private Path keys;

    @Option(
            names = "--into",
            required = true,
            paramLabel = "DIR",
            description = "Where to restore to; empty, or not there yet.")
    private Path into;

    @Option(
            names = "--sample",
            paramLabel = "PERCENT",
            defaultValue = "100",
            description = "How many of the objects, in percent (default: all).")
    private int sample;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "What the lost site held, by strata replica manifest.")
    private Path manifest;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Also write drill.txt, drill.json and drill.html there.")
    private Path report;

    @Override
    public Integer call() throws IOException {
        if ((site == null) == (tier == null)) {
            throw new OperatorException("say either --site or --tier");
        }
        try (Closing closing = new Closing()) {
            RestoreDrill.Source source = site == null ? packs(closing) : listing(closing);
            DrillReport done = new RestoreDrill(
                            source, new LocalDisk(), into, sample, manifest(), Clock.systemUTC())
                    .run();
            System.out.print(done.toText());
            System.out.flush();
            if (report != null) {
                Files.createDirectories(report);
                Files.writeString(report.resolve("drill.txt"), done.toText());
                Files.writeString(report.resolve("drill.json"), done.toJson());
                Files.writeString(report.resolve("drill.html"), done.toHtml());
            }
            return done.passed() ? 0 : 1;
        }
    }

    private Optional<Manifest> manifest() throws IOException {
        if (manifest == null) {
            return Optional.empty();
        }
        try (BufferedReader in = Files.newBufferedReader(manifest)) {
            return Optional.of(Manifest.read(manifest.toString(), in));
        }
    }

    private RestoreDrill.Source packs(Closing closing) throws IOException {
        TierObjectSource objects =
                closing.add(new TierObjectSource(new DrillTier(closing, Optional.ofNullable(keys))
                        .open(tier, Optional.ofNullable(config))));
        return new RestoreDrill.Source() {
            @Override
            public String name() {
                return "packs in " + tier;
            }

            @Override
            public void forEach(ObjectSource.Visitor visitor) throws IOException {
                objects.forEach(visitor);
            }
        };
    }

    private RestoreDrill.Source listing(Closing closing) throws IOException {
        Configuration configuration = Configuration.load(
                Optional.ofNullable(config), new Overrides(null, null, null, null, null));
        OtherSite other = configuration.replication().sites().get(site);
        if (other == null) {
            throw new OperatorException("no site " + site + " in the configuration, which has "
                    + configuration.replication().sites().keySet());
        }
        Optional<TlsContext> tls = configuration.tls().isPresent()
                ? Optional.of(TlsContext.open(
                        "drill", configuration.tls().get(), Clock.systemUTC(), Metrics.none()))
                : Optional.empty();
        ReplicationNetwork network =
                closing.add(new ReplicationNetwork(OtherSites.security(configuration, tls)));
        return closing.add(new SiteListing(
                new SiteAddress(site, other.at().host(), other.at().port()), network));
    }
}
