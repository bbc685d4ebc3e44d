package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import strata.access.Account;
import strata.access.AccountFile;
import strata.access.Role;
import strata.access.StudyScope;
import strata.base.AeTitle;
import strata.base.Await;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.VersionCursor;
import strata.cli.StrataCommands;
import strata.frontdoor.Destination;
import strata.frontdoor.commitment.CommitmentReport;
import strata.frontdoor.commitment.CommitmentUser;
import strata.frontdoor.commitment.Reference;
import strata.network.DimseClient;
import strata.replication.SiteSender;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;
import strata.store.TestStore;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** What two whole servers share, by the rules and by the commands of an operator. */
class SharingTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ANY = -1;
    private static final String RULES =
            "version: 1\nrules:\n  - name: %s\n    when: \"%s\"\n" + "    do: { %s }\n";

    @TempDir
    Path folder;

    private int portA;
    private int portB;
    private Appliance a;
    private Appliance b;

    @AfterEach
    void stop() throws IOException {
        for (Appliance each : new Appliance[] {a, b}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private void choosePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            portA = one.getLocalPort();
            portB = other.getLocalPort();
        }
    }

    private Appliance start(String name, String other, int port, int to, String more)
            throws IOException {
        Path at = Files.createDirectories(folder.resolve(name));
        Path yaml = Files.writeString(
                at.resolve("strata.yaml"),
                "replication: { listen: { bind: 127.0.0.1, port: " + port + " }, sites: { " + other
                        + ": { host: 127.0.0.1, port: " + to + " } }" + more + " }\n");
        return Appliance.start(Configuration.load(
                Optional.of(yaml),
                new Overrides(at.resolve("data").toString(), null, "0", "0", "STRATA")));
    }

    private void startBoth(String more) throws IOException {
        choosePorts();
        a = start("a", "b", portA, portB, more);
        b = start("b", "a", portB, portA, more);
    }

    private static String cli(int exit, Appliance server, String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine line = StrataCommands.create(new OfflineSites());
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--server";
        all[arguments.length + 1] = "http://127.0.0.1:" + server.httpAddress().getPort();
        int ended = line.execute(all);
        assertTrue(
                exit == ANY || exit == ended,
                () -> String.join(" ", all) + " ended with " + ended + ": " + out);
        return out.toString();
    }

    private static Uid study(int number) {
        return new Uid("2.25.8100." + number);
    }

    private static Uid instance(int study, int number) {
        return new Uid(study(study) + ".1." + number);
    }

    private static void put(Appliance at, int study, int count) throws IOException {
        for (int i = 1; i <= count; i++) {
            TestStore.put(
                    at.site().store(),
                    TestStore.image(
                            study(study), new Uid(study(study) + ".1"), instance(study, i), 20, i));
        }
    }

    private static int count(Appliance at, int study) throws IOException {
        int count = 0;
        try (VersionCursor all = at.site().store().catalog().study(study(study))) {
            while (all.hasNext()) {
                all.next();
                count++;
            }
        }
        return count;
    }

    private static void awaitCount(Appliance at, int study, int count) throws Exception {
        Await.until(count + " of study " + study, LIMIT, () -> count(at, study) == count);
    }

    @Test
    void holdsPromotionAndComparisonByTheCommands() throws Exception {
        startBoth("");
        put(a, 1, 3);
        awaitCount(b, 1, 3);
        String held = study(1).value();
        cli(0, a, "hold", held, "--case", "court-7", "--reason", "a case");
        Await.until("the hold is at b", LIMIT, () -> cli(0, b, "holds").contains("court-7"));
        cli(1, b, "delete", held, "--reason", "not while it is held");
        cli(0, b, "unhold", held, "--case", "court-7", "--reason", "it is over");
        Await.until("lifted at a", LIMIT, () -> !cli(0, a, "holds").contains("court-7"));

        assertTrue(a.sharing().purging().isHere() && b.sharing().purging().isHere(), "both purge");
        assertTrue(cli(0, b, "replica", "promote", "--reason", "a is gone")
                .contains("this site purges"));
        Await.until("a knows", LIMIT, () -> !a.sharing().purging().isHere());
        assertTrue(b.sharing().purging().isHere());
        cli(0, a, "replica", "promote", "--reason", "a is back");
        Await.until("b knows", LIMIT, () -> !b.sharing().purging().isHere());

        SiteSender sender = a.senders().get(0);
        Await.until("caught up", LIMIT, () -> sender.status().caughtUp());
        String shown = cli(0, a, "replica");
        assertTrue(shown.contains("connected") && shown.contains("b "), shown);
        String same = cli(0, a, "replica", "diff", "--site", "b");
        assertTrue(same.contains("with b in 1 round: no differences"), same);
        String repaired = cli(0, a, "replica", "repair", "--deep");
        assertTrue(repaired.contains("bytes of 3 read at both"), repaired);
        assertEquals(3, cli(0, b, "replica", "manifest").lines().count());
        assertEquals(cli(0, a, "replica", "manifest"), cli(0, b, "replica", "manifest"));
        cli(1, a, "replica", "diff", "--site", "nowhere");
        cli(2, a, "replica", "promote");
    }

    @Test
    void aSharedPolicyTakesEffectAtTheOtherSiteAndOneThatDoesNotFitStays() throws Exception {
        Files.createDirectories(folder.resolve("a/data"));
        Files.writeString(
                folder.resolve("a/data/policy.yaml"),
                String.format(RULES, "keep-all", "'CT' in study.modality", "hold: teaching"));
        startBoth(", policy: shared");
        Await.until("b has the rules", LIMIT, () -> ruleNames(b).equals(List.of("keep-all")));
        Path there = folder.resolve("b/data/policy.yaml");
        assertEquals(
                Files.readString(folder.resolve("a/data/policy.yaml")), Files.readString(there));
        b.close();
        Files.writeString(there, String.format(RULES, "to-a", "true", "replicate: [a]"));
        b = start("b", "a", portB, portA, ", policy: shared");
        assertEquals(List.of("to-a"), ruleNames(b), "what an operator wrote counts there");
        // Site a has no site of its own name: rules that name it are not taken there.
        Await.until(
                "a hears of it",
                LIMIT,
                () -> cli(ANY, a, "replica", "diff").contains("noted_otherwise"));
        assertEquals(List.of("keep-all"), ruleNames(a));
    }

    private static List<String> ruleNames(Appliance at) {
        return at.lifecycle().policy().rules().stream().map(r -> r.name()).toList();
    }

    @Test
    void accountsReachTheOtherSiteWhereBothSaySo() throws Exception {
        choosePorts();
        String shared = ", accounts: shared }\nhttp: { authentication: {} ";
        AccountFile ofA = new AccountFile(
                Files.createDirectories(folder.resolve("a/data")).resolve("accounts"));
        AccountFile ofB = new AccountFile(
                Files.createDirectories(folder.resolve("b/data")).resolve("accounts"));
        ofA.add(account("anna"));
        ofB.add(account("berta"));
        a = start("a", "b", portA, portB, shared);
        b = start("b", "a", portB, portA, shared);
        for (AccountFile each : List.of(ofA, ofB)) {
            Await.until(
                    "both accounts",
                    LIMIT,
                    () -> each.read().keySet().equals(Set.of("anna", "berta")));
        }
        ofB.remove("anna");
        Await.until("gone at a", LIMIT, () -> ofA.read().keySet().equals(Set.of("berta")));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("a/data/accounts"))));
    }

    private static Account account(String name) {
        return Account.create(
                name,
                Set.of(Role.VIEWER),
                StudyScope.ALL,
                "correct horse battery".toCharArray(),
                false);
    }

    @Test
    void theRulesSayWhatGoesToASite() throws Exception {
        Files.createDirectories(folder.resolve("a/data"));
        Files.writeString(
                folder.resolve("a/data/policy.yaml"),
                String.format(RULES, "large", "study.instances >= 3", "replicate: [b]"));
        startBoth("");
        put(a, 1, 2);
        put(a, 2, 4);
        awaitPlanned("what is chosen", () -> count(b, 2) == 4);
        SiteSender sender = a.senders().get(0);
        Await.until("all looked at", LIMIT, () -> sender.status().caughtUp());
        assertEquals(0, count(b, 1), "too small to be wanted there");
        TestStore.put(
                a.site().store(),
                TestStore.image(study(1), new Uid(study(1) + ".1"), instance(1, 3), 20, 3));
        awaitPlanned("the third one, and the earlier ones as well", () -> count(b, 1) == 3);
    }

    /**
     * A sender remembers for a moment that a study was not wanted, and passes over what comes
     * meanwhile: that is offered by the next cycle, which would come after half a minute.
     */
    private void awaitPlanned(String what, Callable<Boolean> condition) throws Exception {
        Await.until(what, LIMIT, () -> {
            a.lifecycle().runOnce();
            return condition.call();
        });
    }

    @Test
    void aCommitmentOfTwoCopiesWaitsForTheOtherSite() throws Exception {
        choosePorts();
        a = start("a", "b", portA, portB, " }\ndicom: { commitment: { copies: 2 } ");
        put(a, 1, 2);
        List<Reference> stored = List.of(
                new Reference(TestStore.CT_IMAGE, instance(1, 1)),
                new Reference(TestStore.CT_IMAGE, instance(1, 2)));
        try (DimseClient client = DimseClient.start(Metrics.none())) {
            CommitmentUser user = new CommitmentUser(client, new AeTitle("MODALITY"));
            Destination archive =
                    new Destination(new AeTitle("STRATA"), "127.0.0.1", a.dicomPort());
            CompletableFuture<CommitmentReport> report = CompletableFuture.supplyAsync(() -> {
                try {
                    return user.request(archive, stored, LIMIT).orElseThrow();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Await.until("it is asked", LIMIT, () -> cli(0, a, "commitments").contains("open"));
            assertFalse(report.isDone(), "one copy is not enough");
            b = start("b", "a", portB, portA, "");
            CommitmentReport done = report.get();
            assertEquals(2, done.committed().size());
            assertEquals(0, done.failed().size());
            assertEquals(2, count(b, 1));
        }
    }
}
