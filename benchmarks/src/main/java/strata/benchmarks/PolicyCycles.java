package strata.benchmarks;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogBatch;
import strata.catalog.CatalogOptions;
import strata.catalog.Location;
import strata.policy.language.KnownNames;
import strata.policy.language.PolicyFile;
import strata.policy.language.Requires;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;
import strata.policy.lifecycle.ActionResult;
import strata.policy.lifecycle.CatalogFacts;
import strata.policy.lifecycle.CycleReport;
import strata.policy.lifecycle.KeepingBook;
import strata.policy.lifecycle.Lifecycle;
import strata.policy.lifecycle.LifecycleActions;
import strata.policy.lifecycle.LifecycleOptions;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a cycle of the policy costs over a {@link MadeCatalog}, in CPU time: one over everything,
 * one when nothing happened, ones when studies changed. {@code PolicyCycles INSTANCES}.
 */
public final class PolicyCycles {
    private static final int ROUNDS = 20;
    private static final String RULES = """
            version: 1
            zone: UTC
            rules:
              - { name: old, when: study.age > days(36500), do: { place: longterm } }
              - { name: dense, when: '"MR" in study.modality && study.age > days(40000)',
                  do: { place: longterm, profile: dense } }
              - { name: full, when: tier.hot.fill > 0.9, do: { release: hot } }
            """;

    private PolicyCycles() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        MadeArchive archive = MadeArchive.ofInstances(Long.parseLong(arguments[0]));
        Path made = MadeCatalog.ensure(archive);
        try (WorkDirectory copy = MadeCatalog.copyOf(made);
                Catalog catalog =
                        Catalog.open(copy.path(), CatalogOptions.DEFAULT, Metrics.none())) {
            new Run(archive, catalog).run();
        }
    }

    private static final class Run {
        private final MadeArchive archive;
        private final Catalog catalog;
        private final Lifecycle lifecycle;
        private int next;

        Run(MadeArchive archive, Catalog catalog) throws IOException {
            this.archive = archive;
            this.catalog = catalog;
            KnownNames names = KnownNames.of(Set.of("hot", "longterm"), Set.of());
            TierFacts tiers = new TierFacts(Map.of(
                    Location.HOT, TierFill.of(50, 100, 0.9), "longterm", TierFill.unlimited(0)));
            this.lifecycle = new Lifecycle(
                    PolicyFile.parse("rules", RULES.getBytes(StandardCharsets.UTF_8), names),
                    new CatalogFacts(catalog, () -> tiers, KeepingBook.none()),
                    new Nothing(),
                    Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC),
                    LifecycleOptions.DEFAULT,
                    Metrics.none());
        }

        void run() throws IOException {
            System.out.printf(
                    Locale.ROOT,
                    "%,d instances, %,d studies%n",
                    archive.instances(),
                    archive.studies());
            show("a cycle over everything", 0, lifecycle::runOnce);
            long cycles = 0;
            long start = cpuNanos();
            while (lifecycle.runDue().plan().studies() > 0) {
                cycles++;
            }
            System.out.printf(
                    Locale.ROOT,
                    "the pass after a start: %,d cycles, %,.1f ms CPU in all%n",
                    cycles,
                    (cpuNanos() - start) / 1e6);
            for (int changed : new int[] {0, 1, 10, 100, 1_000}) {
                show("a cycle after changes", changed, lifecycle::runDue);
            }
            lifecycle.close();
        }

        private interface Cycle {
            CycleReport run() throws IOException;
        }

        private void show(String what, int changed, Cycle cycle) throws IOException {
            int rounds = changed == 0 && what.endsWith("everything") ? 2 : ROUNDS;
            long least = Long.MAX_VALUE;
            long looked = 0;
            for (int round = 0; round < rounds; round++) {
                CatalogBatch batch = catalog.batch();
                for (int i = 0; i < changed; i++) {
                    Uid study = MadeArchive.study(next++ % archive.studies());
                    batch.addAccess(study, Instant.parse("2026-05-01T00:00:00Z"), 1);
                }
                catalog.apply(batch);
                long start = cpuNanos();
                looked = cycle.run().plan().studies();
                least = Math.min(least, cpuNanos() - start);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s: %,d changed, %,d looked at, %,.3f ms CPU%n",
                    what,
                    changed,
                    looked,
                    least / 1e6);
        }

        private static long cpuNanos() {
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }
    }

    /** Nothing is to be carried out here: the rules want nothing. */
    private static final class Nothing implements LifecycleActions {
        @Override
        public ActionResult place(Uid study, String tier, Optional<String> profile) {
            throw new IllegalStateException("not wanted");
        }

        @Override
        public ActionResult replicate(Uid study, String site) {
            throw new IllegalStateException("not wanted");
        }

        @Override
        public ActionResult route(Uid study, String peer) {
            throw new IllegalStateException("not wanted");
        }

        @Override
        public ActionResult release(Uid study, String tier, Requires requires) {
            throw new IllegalStateException("not wanted");
        }
    }
}
