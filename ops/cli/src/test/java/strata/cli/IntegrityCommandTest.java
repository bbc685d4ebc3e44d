package strata.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.CorruptDataException;
import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.store.IngestResult;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class IntegrityCommandTest {
    private static final Uid STUDY = new Uid("1.2.3.77");

    @TempDir
    Path dir;

    private RunningSite site;
    private VersionEntry first;

    @BeforeEach
    void start() throws Exception {
        site = new RunningSite(dir.resolve("data"));
        IngestResult result = site.parts.data.put(
                TestStore.image(STUDY, new Uid(STUDY + ".1"), new Uid(STUDY + ".1.1"), 30, 1));
        site.parts.data.put(
                TestStore.image(STUDY, new Uid(STUDY + ".1"), new Uid(STUDY + ".1.2"), 30, 2));
        first = site.parts.store().catalog().version(result.id()).orElseThrow();
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    private RunningSite.Run report(String... more) {
        List<String> words = new java.util.ArrayList<>(List.of(
                "integrity", "report", "--server", site.url(), "--out", dir.resolve("out") + ""));
        words.addAll(List.of(more));
        return RunningSite.run(words.toArray(String[]::new));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(dir.resolve("out"))) {
            return all.sorted().toList();
        }
    }

    private RunningSite.Run check(String... more) throws IOException {
        return RunningSite.run(Stream.concat(
                        Stream.of("integrity", "check"),
                        Stream.concat(files().stream().map(Path::toString), Stream.of(more)))
                .toArray(String[]::new));
    }

    private String fingerprint() {
        RunningSite.Run key = RunningSite.run("integrity", "key", "--server", site.url());
        assertEquals(0, key.exit(), key.err());
        return key.out().lines().findFirst().orElseThrow();
    }

    @Test
    void aReportIsWrittenInThreeFormsThatProveThemselves() throws Exception {
        site.archive(STUDY);
        RunningSite.Run made = report();
        assertEquals(0, made.exit(), made.out() + made.err());
        assertEquals(3, files().size());
        RunningSite.Run right = check("--key", fingerprint());
        assertEquals(0, right.exit(), right.out());
        JsonNode json = new ObjectMapper().readTree(files().get(1).toFile());
        assertEquals(2, json.path("objects").asLong());
        assertEquals(
                2,
                json.path("copies")
                        .path("tier:longterm")
                        .path("verifiedInPeriod")
                        .asLong());
        assertEquals(0, json.path("withoutRightCopy").asLong());
        assertEquals("head", json.path("auditTrail").path("head").asText());
        assertEquals(3, json.path("inPeriod").path("foundDamaged").path("hot").asLong());
        assertTrue(json.path("keys").path("active").isNumber());
        for (Path file : files()) {
            String text = Files.readString(file);
            assertFalse(text.contains("PatientName") || text.contains("Test^"), file.toString());
            assertTrue(text.contains(json.path("fingerprint").asText()), file.toString());
        }
    }

    @Test
    void whatHasNoRightCopyIsListedAndIsNoSuccess() throws Exception {
        site.parts
                .store()
                .copyFailed(
                        first,
                        first.placements().get(0),
                        new CorruptDataException("hot", 0, "right", "wrong"));
        RunningSite.Run made = report("--period", "2026-Q3");
        assertEquals(1, made.exit(), made.out() + made.err());
        assertTrue(made.out().contains("! 1 objects have no right copy"), made.out());
        for (Path file : files()) {
            String text = Files.readString(file);
            assertTrue(text.contains(first.key().instance().value()), file.toString());
        }
        assertTrue(files().get(0).toString().endsWith("-2026-Q3.html"), files().toString());
        RunningSite.Run again = report("--period", "2026-Q3");
        assertEquals(2, again.exit(), again.err());
        assertTrue(again.err().contains("2026-Q3.txt"), again.err());
    }

    @Test
    void aChangedReportAndAnotherKeyAreNoticed() throws Exception {
        assertEquals(0, report().exit());
        RunningSite.Run other = check("--key", "sha256:" + "0".repeat(64));
        assertEquals(1, other.exit());
        assertTrue(other.out().contains("signed by another key"), other.out());
        for (Path file : files()) {
            String text = Files.readString(file);
            Files.writeString(file, text.replaceFirst("longterm|hot", "warm"));
        }
        RunningSite.Run changed = check();
        assertEquals(1, changed.exit());
        assertEquals(
                3, changed.out().lines().filter(l -> l.startsWith("NOT RIGHT")).count());
    }

    @Test
    void openSslComesToTheSameResult() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        assertEquals(0, report().exit());
        Path pem = dir.resolve("site.pem");
        String key = RunningSite.run("integrity", "key", "--server", site.url()).out();
        Files.writeString(pem, key.substring(key.indexOf('\n') + 1));
        for (Path file : files()) {
            String script = "head -n -1 \"$0\" > body && tail -n 1 \"$0\" | grep -oE"
                    + " '[A-Za-z0-9+/]{86}==' | base64 -d > sig && openssl pkeyutl -verify -pubin"
                    + " -inkey \"$1\" -rawin -in body -sigfile sig";
            Process openssl = new ProcessBuilder(
                            "sh", "-c", script, file.toString(), pem.toString())
                    .directory(dir.toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(openssl.getInputStream().readAllBytes());
            assertEquals(0, openssl.waitFor(), file + ": " + said);
        }
    }

    @Test
    void periodsAreSaidInFourWays() {
        assertEquals("2026-07-01T00:00:00Z", Period.parse("2026-Q3").from().toString());
        assertEquals("2026-10-01T00:00:00Z", Period.parse("2026-Q3").to().toString());
        assertEquals("2027-01-01T00:00:00Z", Period.parse("2026").to().toString());
        assertEquals("2026-03-01T00:00:00Z", Period.parse("2026-02").to().toString());
        assertEquals(
                "2026-02-03T00:00:00Z",
                Period.parse("2026-02-01/2026-02-03").to().toString());
        for (String wrong :
                List.of("", "26", "2026-Q5", "2026-13", "2026-02-03/2026-02-03", "a/b")) {
            assertThrows(IllegalArgumentException.class, () -> Period.parse(wrong), wrong);
        }
    }
}
