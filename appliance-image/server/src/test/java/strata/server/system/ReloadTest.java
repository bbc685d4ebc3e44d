package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.Metrics;
import strata.base.Uid;
import strata.frontdoor.Destination;
import strata.frontdoor.commitment.CommitmentReport;
import strata.frontdoor.commitment.CommitmentUser;
import strata.frontdoor.commitment.Reference;
import strata.network.Association;
import strata.network.AssociationRejectedException;
import strata.network.DimseClient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A running server reads its peers again, at a signal and at a command; commitments are listed. */
class ReloadTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Set<Peer.Kind> CT = Peer.Kind.of(List.of(Item.noise(1, 1, 100)));

    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    private static String yaml(String peers) {
        return "dicom:\n  peers: { " + peers + " }\n";
    }

    private static String tester(int associations) {
        return yaml(Peer.TITLE + ": { hosts: [127.0.0.1], associations: " + associations + " }");
    }

    private void write(String yaml) throws IOException {
        Files.writeString(folder.resolve("strata.yaml"), yaml);
    }

    private Processes.Ended reload(ServerProcess server) throws Exception {
        return ServerProcess.run(processes, folder, "reload", "--server", server.http());
    }

    private static boolean opens(Peer peer) throws IOException {
        try (Association association = peer.open(CT)) {
            association.release();
            return true;
        } catch (AssociationRejectedException refused) {
            return false;
        }
    }

    /** As under nohup; a child keeps to it. */
    private static boolean hangUpIsIgnored() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> Character.digit(line.charAt(line.length() - 1), 16) % 2 == 1);
        }
    }

    @Test
    void peersAreReadAgainAtASignalAndAtACommand() throws Exception {
        assumeFalse(hangUpIsIgnored(), "SIGHUP is ignored by whoever started this");
        ServerProcess server = ServerProcess.configured(processes, folder, tester(1));
        try (Peer peer = new Peer(server.dicomPort());
                Association first = peer.open(CT)) {
            assertThrows(AssociationRejectedException.class, () -> peer.open(CT));
            write(tester(2));
            String pid = Long.toString(server.process().pid());
            assertEquals(0, processes.run(folder, List.of("kill", "-HUP", pid)).exit());
            Await.until("a second association is taken", LIMIT, () -> opens(peer));

            write(yaml("OTHER: { hosts: [127.0.0.1] }"));
            Processes.Ended reloaded = reload(server);
            assertEquals(0, reloaded.exit(), reloaded::all);
            assertTrue(reloaded.out().startsWith("reloaded"), reloaded::all);
            assertTrue(!opens(peer), "a peer that is no longer listed");
            assertTrue(first.isOpen(), "what was agreed before goes on");

            write(yaml("TESTER: { host: 127.0.0.1 }"));
            Processes.Ended refused = reload(server);
            assertEquals(1, refused.exit(), refused::all);
            assertTrue(refused.err().contains("line 2"), refused::all);
            assertTrue(!opens(peer), "nothing has changed");
            first.release();
        }
        server.stop();
    }

    @Test
    void commitmentsAreListed() throws Exception {
        ServerProcess server = ServerProcess.start(processes, folder);
        List<Item> items = List.of(Item.noise(1, 1, 100), Item.noise(1, 2, 100));
        CommitmentReport report;
        try (Peer peer = new Peer(server.dicomPort());
                DimseClient client = DimseClient.start(Metrics.none())) {
            peer.send(items);
            Uid ct = items.get(0).sopClass();
            report = new CommitmentUser(client, Peer.TITLE)
                    .request(
                            new Destination(ServerProcess.TITLE, "127.0.0.1", server.dicomPort()),
                            List.of(
                                    new Reference(ct, items.get(0).instance()),
                                    new Reference(ct, items.get(1).instance()),
                                    new Reference(ct, new Uid("2.25.404"))),
                            LIMIT)
                    .orElseThrow();
        }
        String transaction = report.transaction().value();
        String row = transaction + "\\s+TESTER\\s+reported\\s+\\S+\\s+1\\s+2\\s+1";
        Await.until("it counts as reported", LIMIT, () -> {
            Processes.Ended listed =
                    ServerProcess.run(processes, folder, "commitments", "--server", server.http());
            assertEquals(0, listed.exit(), listed::all);
            assertTrue(listed.out().contains(transaction), listed::all);
            return listed.out().lines().anyMatch(line -> line.strip().matches(row));
        });
        server.stop();
    }

    private Path rules(String name, String action) throws IOException {
        return Files.writeString(
                folder.resolve("rules.yaml"),
                "version: 1\nrules:\n  - { name: " + name + ", when: 'study.age > days(400)', do: "
                        + action + " }\n");
    }

    private String configured(String destinations) {
        return "policy: " + folder.resolve("rules.yaml") + "\ndicom: { destinations: {"
                + destinations + "} }\n";
    }

    private boolean isInForce(ServerProcess server, String rule) throws Exception {
        Processes.Ended explained = ServerProcess.run(
                processes,
                folder,
                "policy",
                "explain",
                Item.study(1).value(),
                "--server",
                server.http());
        assertEquals(0, explained.exit(), explained::all);
        return explained.out().contains("rule " + rule + ":");
    }

    private void refused(ServerProcess server, String because) throws Exception {
        Processes.Ended refused = reload(server);
        assertEquals(1, refused.exit(), refused::all);
        assertTrue(refused.err().contains(because), refused::all);
    }

    @Test
    void rulesAreTakenAtASignalByReloadAndByApplyAndOutliveAKill() throws Exception {
        assumeFalse(hangUpIsIgnored(), "SIGHUP is ignored by whoever started this");
        rules("first", "{ place: longterm }");
        ServerProcess server = ServerProcess.configured(processes, folder, configured(""));
        try (Peer peer = new Peer(server.dicomPort())) {
            peer.send(List.of(Item.noise(1, 1, 100)));
        }
        rules("second", "{ place: longterm }");
        String pid = Long.toString(server.process().pid());
        assertEquals(0, processes.run(folder, List.of("kill", "-HUP", pid)).exit());
        Await.until("the rules are taken", LIMIT, () -> isInForce(server, "second"));

        rules("third", "{ place: longtern }");
        refused(server, "unknown tier \"longtern\"; did you mean \"longterm\"?");
        rules("third", "{ route: READER1 }");
        refused(server, "rules.yaml:3:");
        assertTrue(isInForce(server, "second"), "nothing has changed");
        write(configured("READER1: { host: 127.0.0.1, port: 9 }"));
        Processes.Ended taken = reload(server);
        assertEquals(0, taken.exit(), taken::all);
        write(configured(""));
        refused(server, "unknown destination \"READER1\"");

        Path other = Files.writeString(
                folder.resolve("other.yaml"),
                Files.readString(folder.resolve("rules.yaml")).replace("third", "fourth"));
        Processes.Ended applied = ServerProcess.run(
                processes, folder, "policy", "apply", other.toString(), "--server", server.http());
        assertEquals(0, applied.exit(), applied::all);
        assertTrue(isInForce(server, "fourth"));
        write(configured("READER1: { host: 127.0.0.1, port: 9 }"));
        server.kill();
        server.startAgain();
        assertTrue(isInForce(server, "fourth"), "over a kill");
        server.stop();
    }
}
