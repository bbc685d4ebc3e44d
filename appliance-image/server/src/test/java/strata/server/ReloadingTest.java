package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.server.configuration.Configuration;
import strata.server.configuration.DicomSettings;
import strata.server.configuration.Overrides;
import strata.server.configuration.Peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A configuration that is read again: what applies at once, what waits, and what is refused. */
class ReloadingTest {
    @TempDir
    Path folder;

    private final List<DicomSettings> applied = new ArrayList<>();

    private Configuration read(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("strata.yaml"), yaml);
        return Configuration.load(Optional.of(file), Overrides.NONE);
    }

    private Reloading started(String yaml) throws Exception {
        Configuration started = read(yaml);
        return new Reloading(
                () -> Configuration.load(
                        Optional.of(folder.resolve("strata.yaml")), Overrides.NONE),
                started,
                applied::add,
                next -> false,
                Optional.empty(),
                Metrics.none());
    }

    @Test
    void peersAndDestinationsApplyAtOnce() throws Exception {
        Reloading reloading = started("dicom: { port: 0 }\n");
        read("dicom: { port: 0, destinations: { A: 'localhost:104' },"
                + " peers: { CT1: { hosts: 10.1.2.3 } } }\n");
        assertEquals(List.of(), reloading.run());
        assertEquals(1, applied.size());
        assertTrue(applied.get(0).destinations().containsKey(new AeTitle("A")));
        assertTrue(applied.get(0).peers() instanceof Peers.Listed listed
                && listed.peers().containsKey(new AeTitle("CT1")));
    }

    @Test
    void whatNeedsARestartIsNamed() throws Exception {
        Reloading reloading = started("dicom: { port: 0 }\n");
        read("aet: OTHER\ndicom: { port: 1 }\nhttp: { port: 0 }\nscrub: { every: 7 d }\n");
        assertEquals(List.of("aet", "dicom", "http", "scrub"), reloading.run());
    }

    /** No part of the configuration may change without a word. */
    @Test
    void everyPartThatChangesIsAppliedOrNamed() throws Exception {
        Reloading reloading = started("{}\n");
        String all = """
                aet: OTHER
                data: ./other
                site: "0123456789abcdef"
                tls: { key: a.pem }
                dicom: { port: 1 }
                http: { port: 0 }
                query: { page: 7 }
                tiers: { longterm: { path: away } }
                deletion: { grace: 1 d }
                replication: { policy: shared }
                hl7: { port: 1 }
                prefetch: { ahead: 1 d }
                policy: other.yaml
                catalog: { cache: 128 MiB }
                scrub: { every: 7 d }
                audit: { path: trail }
                log: { level: debug }
                """;
        read(all);
        List<String> named = reloading.run();
        assertEquals(
                Configuration.class.getRecordComponents().length,
                named.size(),
                "parts of the configuration, and those that are named: " + named);
    }

    @Test
    void aMistakeChangesNothingAndIsNamedWithItsLine() throws Exception {
        Reloading reloading = started("dicom: { port: 0 }\n");
        Files.writeString(
                folder.resolve("strata.yaml"), "dicom:\n  peers:\n    CT1: { host: h }\n");
        OperatorException refused = assertThrows(OperatorException.class, reloading::run);
        assertTrue(refused.getMessage().contains("line 3"), refused.getMessage());
        assertEquals(List.of(), applied);
    }
}
