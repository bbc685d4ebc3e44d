package strata.server.demo;

import strata.base.Digest;
import strata.base.Uid;
import strata.catalog.CopyCount;
import strata.catalog.Location;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.cli.Progress;
import strata.mover.ScrubReport;
import strata.network.dimse.Status;
import strata.policy.lifecycle.CycleReport;
import strata.server.Appliance;
import strata.tier.PackReader;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** The steps of the demonstration, in order. */
final class DemoRun {
    private static final long SEED = 20260102;
    private static final int SENDERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final PrintStream out;
    private final boolean terminal = Progress.onTerminal();
    private final DemoReport report = new DemoReport();
    private final Sent sent = new Sent();
    private final List<Phantoms.Study> studies;
    private long storeBegan;

    DemoRun(Path directory, PrintStream out) {
        this.directory = directory;
        this.out = out;
        Phantoms phantoms = new Phantoms(SEED);
        LocalDate today = LocalDate.now();
        studies = List.of(
                phantoms.ct(today.minusYears(3), 120),
                phantoms.mr(today.minusDays(2), 120),
                phantoms.dx(today.minusDays(1), 2),
                phantoms.sr(today, 60));
    }

    /** Returns whether every comparison held. */
    boolean run() throws Exception {
        out.println("Two sites on this machine: HOSPITAL, and DR that receives its replicas.");
        try (DemoPeer peer = new DemoPeer();
                DemoSites sites = DemoSites.start(directory, peer.workstationPort())) {
            store(peer, sites.hospital());
            find(peer, sites.hospital());
            replicate(sites);
            lifecycle(sites.hospital());
            scrub("scrub HOSPITAL", sites.hospital());
            scrub("scrub DR", sites.replica());
            damageAndRepair(sites.hospital());
            retrieve("C-GET from HOSPITAL", sites.hospital(), peer::get);
            retrieve("C-MOVE from HOSPITAL", sites.hospital(), peer::move);
            retrieve("C-GET from DR", sites.replica(), peer::get);
            out.println();
            report.print(out);
            out.println();
            fill("HOSPITAL", sites.hospital());
            fill("DR", sites.replica());
        }
        out.println();
        out.println(
                report.allHeld()
                        ? "Every object came back bit for bit."
                        : "Something did not hold: see the table.");
        return report.allHeld();
    }

    private void store(DemoPeer peer, Appliance site) throws Exception {
        int total = studies.stream().mapToInt(s -> s.instances().size()).sum();
        storeBegan = System.nanoTime();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try (Progress progress = new Progress(out, terminal, "C-STORE to HOSPITAL", total)) {
            List<Future<Status>> running = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                List<Phantoms.Instance> share = share(i);
                running.add(senders.submit(() -> peer.store(
                        site.dicomPort(),
                        "HOSPITAL",
                        share,
                        sent,
                        bytes -> progress.add(1, bytes))));
            }
            boolean held = true;
            for (Future<Status> each : running) {
                held &= each.get().isSuccess();
            }
            held &= sent.count() == total;
            report.add(new DemoReport.Step(
                    "C-STORE to HOSPITAL",
                    sent.count(),
                    sent.bytes(),
                    progress.seconds(),
                    held,
                    "durable before each answer, " + SENDERS + " associations"));
        } finally {
            senders.shutdownNow();
        }
    }

    /** Every fourth instance: each sender has all kinds. */
    private List<Phantoms.Instance> share(int sender) {
        List<Phantoms.Instance> out = new ArrayList<>();
        int number = 0;
        for (Phantoms.Study study : studies) {
            for (Phantoms.Instance instance : study.instances()) {
                if (number++ % SENDERS == sender) {
                    out.add(instance);
                }
            }
        }
        return out;
    }

    private void find(DemoPeer peer, Appliance site) throws IOException {
        long start = System.nanoTime();
        Map<Uid, Integer> found = peer.find(site.dicomPort(), "HOSPITAL");
        boolean held = studies.stream()
                .allMatch(s -> Integer.valueOf(s.instances().size()).equals(found.get(s.uid())));
        report.add(new DemoReport.Step(
                "C-FIND all studies", found.size(), 0, seconds(start), held, "counts as sent"));
        out.println("C-FIND: " + found.size() + " studies");
    }

    /**
     * Replication goes on while objects come in: what is shown as progress is what was left of it
     * after the last answer, what is reported is all of it since the first object was sent.
     */
    private void replicate(DemoSites sites) throws IOException {
        String holder = Location.site(DemoSites.REPLICA);
        CopyCount before = verified(sites.hospital(), holder);
        CopyCount[] there = {before};
        long left = sent.count() - before.count();
        try (Progress progress = new Progress(out, terminal, "rest of replication to DR", left)) {
            boolean held = await(() -> {
                there[0] = verified(sites.hospital(), holder);
                progress.add(
                        there[0].count() - before.count() - progress.objects(),
                        there[0].bytes() - before.bytes() - progress.bytes());
                return there[0].count() >= sent.count();
            });
            report.add(new DemoReport.Step(
                    "replicate to DR",
                    there[0].count(),
                    there[0].bytes(),
                    seconds(storeBegan),
                    held,
                    "synced, hashed and verified at DR; since C-STORE began"));
        }
    }

    private static CopyCount verified(Appliance site, String holder) {
        return site.site()
                .store()
                .catalog()
                .statistics()
                .verifiedCopies()
                .getOrDefault(holder, CopyCount.NONE);
    }

    private void lifecycle(Appliance site) throws IOException {
        long start = System.nanoTime();
        long old = studies.get(0).instances().size();
        String tier = Location.tier("longterm");
        try (Progress progress = new Progress(out, terminal, "old study to long-term", old)) {
            List<CycleReport> cycles = new ArrayList<>();
            boolean held = await(() -> {
                cycles.add(cycle(site));
                CopyCount there = verified(site, tier);
                progress.add(there.count() - progress.objects(), there.bytes() - progress.bytes());
                return there.count() == old && hotCopies(site) == sent.count() - old;
            });
            site.site().store().compaction().all();
            report.add(new DemoReport.Step(
                    "policy: old study to long-term",
                    progress.objects(),
                    progress.bytes(),
                    seconds(start),
                    held,
                    "read again, compared, then released from hot"));
        }
    }

    private static CycleReport cycle(Appliance site) {
        try {
            return site.lifecycle().runOnce();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long hotCopies(Appliance site) {
        return site.site()
                .store()
                .catalog()
                .statistics()
                .copies()
                .getOrDefault(Location.HOT, CopyCount.NONE)
                .count();
    }

    private ScrubReport scrub(String name, Appliance site) throws IOException {
        long start = System.nanoTime();
        try (Progress progress = new Progress(out, terminal, name, Progress.UNKNOWN)) {
            ScrubReport result = site.scrub()
                    .run(
                            Optional.empty(),
                            (version, placement, damage) -> progress.add(1, version.lengthBytes()));
            report.add(new DemoReport.Step(
                    name,
                    progress.objects(),
                    progress.bytes(),
                    seconds(start),
                    result.clean(),
                    result.clean() ? "every copy right" : result.damaged() + " damaged"));
            return result;
        }
    }

    private void damageAndRepair(Appliance site) throws IOException {
        VersionEntry victim = site.site()
                .store()
                .catalog()
                .current(studies.get(1).instances().get(7).sopInstance())
                .orElseThrow();
        SegmentLocation at =
                (SegmentLocation) victim.placementsOf(Location.HOT).get(0).location();
        Path file = BitFlip.inRecord(site.site().store(), victim, at);
        out.println("damage: one bit flipped in " + file.getFileName());
        long start = System.nanoTime();
        ScrubReport found = site.scrub().run(Optional.empty(), (version, placement, damage) -> {});
        boolean named =
                found.damaged() == 1 && found.damages().get(0).version().id().equals(victim.id());
        boolean repaired = await(() -> site.repairs().size() == 0);
        ScrubReport after = site.scrub().run(Optional.empty(), (version, placement, damage) -> {});
        report.add(new DemoReport.Step(
                "damage, find, repair",
                1,
                victim.lengthBytes(),
                seconds(start),
                named && repaired && after.clean(),
                "found by scrub, repaired from DR, scrubbed again"));
        out.println("repair: " + (after.clean() ? "right again, from DR" : "still damaged"));
    }

    /** One way to take a study back. */
    private interface Retrieve {
        Map<Uid, Digest> run(int port, String called, Phantoms.Study study, LongConsumer progress)
                throws IOException;
    }

    private void retrieve(String name, Appliance site, Retrieve how) throws IOException {
        long start = System.nanoTime();
        Map<Uid, Digest> received = new HashMap<>();
        String title = site.configuration().aet().value();
        try (Progress progress = new Progress(out, terminal, name, sent.count())) {
            for (Phantoms.Study study : studies) {
                received.putAll(
                        how.run(site.dicomPort(), title, study, bytes -> progress.add(1, bytes)));
            }
            long identical = sent.identicalIn(received);
            report.add(new DemoReport.Step(
                    name,
                    received.size(),
                    progress.bytes(),
                    seconds(start),
                    identical == sent.count() && received.size() == sent.count(),
                    identical + " of " + sent.count() + " identical"));
        }
    }

    private void fill(String name, Appliance site) {
        site.site()
                .store()
                .catalog()
                .statistics()
                .verifiedCopies()
                .forEach((holder, copies) -> out.printf(
                        Locale.ROOT,
                        "%-9s %-14s %5d objects, %7.1f MB of originals%n",
                        name,
                        holder,
                        copies.count(),
                        copies.bytes() / 1e6));
        try {
            long stored = 0;
            for (String pack : site.site().longTerm().packs()) {
                try (PackReader reader = site.site().longTerm().open(pack)) {
                    stored += reader.lengthBytes();
                }
            }
            double free = site.site().longTerm().space().usableBytes() / 1e9;
            out.printf(
                    Locale.ROOT,
                    "%-9s %-14s %5d packs,   %7.1f MB stored; %.1f GB free%n",
                    name,
                    "packs",
                    site.site().longTerm().packs().size(),
                    stored / 1e6,
                    free);
        } catch (IOException e) {
            out.println(name + " long-term: " + e.getMessage());
        }
    }

    private static boolean await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(50_000_000);
        }
        return true;
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
