package strata.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

class CommandsTest {
    private static final Uid STUDY = new Uid("1.2.3.7");

    @TempDir
    Path dir;

    private Path data;
    private RunningSite site;

    @BeforeEach
    void start() throws IOException {
        data = dir.resolve("data");
        site = new RunningSite(data);
    }

    @AfterEach
    void stop() throws IOException {
        if (site != null) {
            site.close();
        }
    }

    /** From here on the directory is that of a stopped server. */
    private void stopSite() throws IOException {
        site.close();
        site = null;
    }

    private RunningSite.Run online(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--server";
        all[arguments.length + 1] = site.url();
        return RunningSite.run(all);
    }

    private static byte[] file(int number) {
        Uid series = new Uid(STUDY + "." + (number % 2 + 1));
        DataSet image = TestStore.image(STUDY, series, new Uid(series + "." + number), 32, number);
        return Part10.file(image, TestStore.SYNTAX);
    }

    private Path files(int count) throws IOException {
        Path folder = Files.createDirectories(dir.resolve("in/below"));
        for (int i = 1; i <= count; i++) {
            Files.write(folder.resolve("file" + i), file(i));
        }
        return dir.resolve("in");
    }

    private void fill(int count) throws IOException {
        for (int i = 1; i <= count; i++) {
            Uid series = new Uid(STUDY + "." + (i % 2 + 1));
            site.parts.data.put(TestStore.image(STUDY, series, new Uid(series + "." + i), 32, i));
        }
    }

    private static void assertSameFiles(int count, Path out) throws IOException {
        for (int i = 1; i <= count; i++) {
            String series = STUDY + "." + (i % 2 + 1);
            Path file =
                    out.resolve(STUDY.value()).resolve(series).resolve(series + "." + i + ".dcm");
            assertArrayEquals(file(i), Files.readAllBytes(file), file.toString());
        }
        try (Stream<Path> all = Files.walk(out)) {
            assertEquals(count, all.filter(Files::isRegularFile).count(), "no draft is left");
        }
    }

    @Test
    void importsFindsAndExportsTheSameBytes() throws Exception {
        Path in = files(7);
        Files.writeString(in.resolve("notes.txt"), "no image, only words that fill some lines");
        Files.writeString(in.resolve("DICOMDIR"), "x");
        Files.createFile(in.resolve("empty"));
        byte[] bare = file(8);
        int offset = Part10.readHeader(ByteBuffer.wrap(bare)).dataSetOffset();
        Files.write(in.resolve("bare"), Arrays.copyOfRange(bare, offset, bare.length));
        RunningSite.Run sent = online("import", in.toString());
        assertEquals(0, sent.exit(), sent.err());
        assertTrue(sent.out().startsWith("sent 8 ("), sent.out());
        assertTrue(sent.out().endsWith("refused 0; skipped 3\n"), sent.out());
        assertTrue(sent.err().contains("notes.txt: not DICOM"), sent.err());
        assertTrue(sent.err().contains("DICOMDIR: DICOMDIR"), sent.err());
        assertTrue(sent.err().contains("empty: empty"), sent.err());
        assertTrue(sent.progress().contains("import: 11 objects"), sent.progress());

        RunningSite.Run table = online("find", "--patient-id", "T1");
        assertEquals(0, table.exit(), table.err());
        assertTrue(table.out().contains("Test^Patient"), table.out());
        assertTrue(table.out().contains(STUDY.value()), table.out());
        JsonNode json = new ObjectMapper().readTree(online("find", "--json").out());
        assertEquals(8, json.get(0).path("instances").asInt());
        assertEquals(8, json.get(0).path("copies").path("hot").asInt());

        Path out = dir.resolve("out");
        RunningSite.Run exported =
                online("export", "--study", STUDY.value(), "--out", out.toString());
        assertEquals(0, exported.exit(), exported.err());
        assertTrue(exported.out().startsWith("8 of 8 instances"), exported.out());
        assertSameFiles(8, out);
    }

    /** It is skipped by its class whatever the file's name is; what it names is not looked at. */
    @Test
    void hostile41ADirectoryThatNamesFilesElsewhereIsIgnored() throws Exception {
        Path in = files(1);
        Files.write(dir.resolve("secret"), file(2));
        DataSet entry = new DataSet()
                .putString(Tag.ReferencedFileID, Vr.CS, "..", "SECRET")
                .putString(Tag.DirectoryRecordType, Vr.CS, "IMAGE");
        DataSet directory = new DataSet()
                .putUid(Tag.SOPClassUID, new Uid("1.2.840.10008.1.3.10"))
                .putUid(Tag.SOPInstanceUID, new Uid("1.2.3.99"))
                .putItems(Tag.DirectoryRecordSequence, List.of(entry));
        for (String name : List.of("DICOMDIR", "IM000001")) {
            Files.write(in.resolve(name), Part10.file(directory, TestStore.SYNTAX));
        }
        RunningSite.Run sent = online("import", in.toString());
        assertTrue(sent.out().startsWith("sent 1 ("), sent.out() + sent.err());
        assertTrue(sent.err().contains("IM000001: "), sent.err());
    }

    @Test
    void tellsConflictsAndRefusals() throws Exception {
        Path in = files(1);
        assertEquals(0, online("import", in.toString()).exit());
        DataSet other =
                TestStore.image(STUDY, new Uid(STUDY + ".2"), new Uid(STUDY + ".2.1"), 32, 99);
        Files.write(in.resolve("below/file1"), Part10.file(other, TestStore.SYNTAX));
        RunningSite.Run conflict = online("import", in.toString());
        assertEquals(0, conflict.exit(), conflict.err());
        assertTrue(conflict.out().contains("kept as conflict 1"), conflict.out());

        byte[] cut = file(2);
        Files.write(in.resolve("cut"), Arrays.copyOf(cut, cut.length - 100));
        RunningSite.Run refused = online("import", in.resolve("cut").toString());
        assertEquals(1, refused.exit());
        assertTrue(refused.err().contains("cut: status "), refused.err());
        assertTrue(refused.out().contains("refused 1"), refused.out());
    }

    @Test
    void aStoppedDirectoryGivesTheSame() throws Exception {
        fill(5);
        site.archive(STUDY);
        String listed = online("find").out();
        String json = online("find", "--json").out();
        stopSite();
        String at = data.toString();
        assertEquals(listed, RunningSite.run("find", "--data", at).out());
        assertEquals(json, RunningSite.run("find", "--json", "--data", at).out());
        RunningSite.Run rebuilt = RunningSite.run("rebuild-index", "--data", at);
        assertEquals(0, rebuilt.exit(), rebuilt.err());
        assertTrue(rebuilt.out().contains("1 studies, 2 series, 5 instances"), rebuilt.out());
        assertTrue(RunningSite.run("find", "--data", at).out().contains(STUDY.value()));
        Path out = dir.resolve("out");
        RunningSite.Run exported = RunningSite.run(
                "export", "--data", at, "--study", STUDY.value(), "--out", out.toString());
        assertEquals(0, exported.exit(), exported.err());
        assertSameFiles(5, out);
        RunningSite.Run status = RunningSite.run("status", "--data", at);
        assertTrue(status.out().contains("longterm"), status.out());
        RunningSite.Run verified = RunningSite.run("verify", "--data", at);
        assertEquals(0, verified.exit(), verified.err() + verified.out());
        assertTrue(verified.out().contains("5 in tier:longterm"), verified.out());
    }

    @Test
    void verifyNamesWhatIsDamaged() throws Exception {
        fill(3);
        assertEquals(0, online("verify").exit());
        flip(data.resolve("hot"), STUDY + ".2.1");
        RunningSite.Run online = online("verify", "--study", STUDY.value());
        assertEquals(1, online.exit(), online.out());
        assertTrue(online.out().startsWith("DAMAGED object "), online.out());
        assertTrue(online.out().contains(STUDY + ".2.1"), online.out());
        assertTrue(online.out().contains("hot"), online.out());
        assertTrue(online.out().endsWith("verified: 2 in hot; damaged: 1\n"), online.out());
        stopSite();
        RunningSite.Run offline = RunningSite.run("verify", "--data", data.toString());
        assertEquals(1, offline.exit(), offline.out());
        assertEquals(
                online.out().lines().limit(1).toList(),
                offline.out().lines().limit(1).toList());
        RunningSite.Run export = RunningSite.run(
                "export",
                "--data",
                data.toString(),
                "--study",
                STUDY.value(),
                "--out",
                dir.resolve("out").toString());
        assertEquals(1, export.exit(), export.out());
        assertTrue(export.out().startsWith("2 of 3 instances"), export.out());
    }

    /** Changes one byte of the pixels of an instance, wherever below the folder it is. */
    private static void flip(Path below, String instance) throws IOException {
        try (Stream<Path> files = Files.walk(below)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                int at = text.indexOf(instance + "\0");
                if (at >= 0) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        byte other = (byte) ~text.charAt(at + 1500);
                        channel.write(ByteBuffer.wrap(new byte[] {other}), at + 1500);
                    }
                    return;
                }
            }
        }
        throw new AssertionError("no file has " + instance);
    }

    @Test
    void recallsAreAskedForShownAndCancelled() throws Exception {
        fill(4);
        site.archive(STUDY);
        RunningSite.Run back = online("recall", STUDY.value(), "--wait");
        assertEquals(0, back.exit(), back.err() + back.out());
        assertTrue(back.out().startsWith("done, 4 of 4 objects"), back.out());
        RunningSite.Run again = online("recall", STUDY.value());
        assertEquals("done, nothing is missing in hot\n", again.out());
        RunningSite.Run listed = online("recall", "--list");
        assertTrue(listed.out().contains("operator"), listed.out());
        assertTrue(listed.out().contains("4 of 4"), listed.out());
        assertTrue(online("status").out().contains("recalls: 0 waiting"), listed.out());
        assertEquals(1, online("recall", STUDY.value(), "--cancel").exit(), "it ended");
        assertEquals(2, online("recall", "--cancel").exit());
        assertEquals(2, online("recall", "no-uid").exit());
    }

    @Test
    void showsStatusAndLifecycle() throws Exception {
        fill(2);
        RunningSite.Run status = online("status");
        assertEquals(0, status.exit(), status.err());
        assertTrue(status.out().contains("1 studies, 2 series, 2 instances"), status.out());
        assertTrue(status.out().contains("90.0 %"), status.out());
        JsonNode json = new ObjectMapper().readTree(online("status", "--json").out());
        assertEquals("STRATA", json.path("aet").asText());
        assertEquals("hot", json.path("tiers").get(0).path("name").asText());
        RunningSite.Run run = online("policy", "run");
        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().contains("1 studies: "), run.out());
        RunningSite.Run explained = online("policy", "explain", STUDY.value());
        assertEquals(0, explained.exit(), explained.err());
        assertTrue(explained.out().startsWith("study " + STUDY), explained.out());
    }

    @Test
    void rulesAreCheckedAndCompared() throws Exception {
        Path good = dir.resolve("good.yaml");
        Files.writeString(
                good,
                "version: 1\nrules:\n  - { name: old, when: 'study.age > days(9000)', do: { place:"
                        + " longterm } }\n");
        Path bad = dir.resolve("bad.yaml");
        Files.writeString(
                bad,
                "version: 1\nrules:\n  - name: old\n    when: study.aeg > days(9)\n    do: { place:"
                        + " logterm }\n");
        RunningSite.Run right = RunningSite.run(
                "policy", "check", good.toString(), "--tier", "hot", "--tier", "longterm");
        assertEquals(0, right.exit(), right.err());
        RunningSite.Run wrong = online("policy", "check", bad.toString());
        assertEquals(1, wrong.exit());
        assertTrue(
                wrong.err().contains(bad + ":4:17: unknown fact \"study.aeg\"; did you mean"),
                wrong.err());
        assertTrue(wrong.err().contains(bad + ":5:18: unknown tier \"logterm\""), wrong.err());
        RunningSite.Run compared = online("policy", "diff", good.toString());
        assertTrue(compared.out().contains("studies looked at"), compared.out());
        RunningSite.Run refused = online("policy", "diff", bad.toString());
        assertTrue(refused.err().contains("unknown tier"), refused.err());
        assertTrue(RunningSite.run("policy", "default").out().contains("version: 1"));
        assertTrue(RunningSite.run("policy", "reference").out().contains("study.patientBirthDate"));
    }

    @Test
    void compactionSaysWhatItGaveBack() throws Exception {
        fill(4);
        assertEquals(0, online("delete", STUDY.value(), "--reason", "old").exit());
        RunningSite.Run listed = online("deleted", "--limit", "2");
        assertTrue(listed.out().contains("  old"), listed.out());
        assertEquals(3, listed.out().lines().count(), "two of them: " + listed.out());
        site.parts.data.purgeAll();
        RunningSite.Run run = online("segments", "--compact");
        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().startsWith("1 segments given back, "), run.out());
    }

    @Test
    void rulesAreAppliedAfterTheirDryRunAndSimulatedBesideThoseInForce() throws Exception {
        Path rules = Files.writeString(
                dir.resolve("rules.yaml"),
                "version: 1\nrules:\n  - { name: old, when: 'study.age > days(9000)', do: { place:"
                        + " longterm } }\n");
        RunningSite.Run dry = online("policy", "apply", rules.toString(), "--dry-run");
        assertEquals(0, dry.exit(), dry.err());
        RunningSite.Run before = online("status");
        assertTrue(before.out().contains("rules: default-policy.yaml, "), before.out());
        RunningSite.Run applied = online("policy", "apply", rules.toString());
        assertEquals(0, applied.exit(), applied.err());
        String digest = Digest.ofBytes(Files.readAllBytes(rules)).toString();
        assertTrue(applied.out().endsWith("in force, digest " + digest + "\n"), applied.out());
        assertTrue(online("status").out().contains(", 1, digest " + digest), "other rules");

        Files.writeString(
                rules,
                "version: 1\nrules:\n  - { name: all, when: 'true', do: { expire: hot }, destructive:"
                        + " true }\n");
        RunningSite.Run refused = online("policy", "apply", rules.toString());
        assertEquals(1, refused.exit(), refused.out());
        assertTrue(refused.err().contains("--confirm remove-"), refused.err());
        assertTrue(online("status").out().contains(digest), "nothing has changed");
        String word = refused.err().strip().replaceAll(".* ", "");
        assertEquals(
                0,
                online("policy", "apply", rules.toString(), "--confirm", word).exit());
        assertFalse(online("status").out().contains(digest), "confirmed");

        Path svg = dir.resolve("years.svg");
        Path profile = Files.writeString(
                dir.resolve("hospital.yaml"),
                RunningSite.run("policy", "simulate", "--example")
                        .out()
                        .replace("sample: 10000", "sample: 200"));
        RunningSite.Run simulated = online(
                "policy",
                "simulate",
                "--years",
                "2",
                "--profile",
                profile.toString(),
                "--beside",
                "server",
                "--svg",
                svg.toString());
        assertEquals(0, simulated.exit(), simulated.err());
        assertTrue(simulated.out().contains("against server:\n"), simulated.out());
        assertTrue(simulated.out().contains("site dr holds at the end, TB: 0.00 -> "), "no copies");
        assertTrue(Files.readString(svg).startsWith("<svg "), "a picture");
        assertEquals(2, RunningSite.run("policy", "simulate", "--years", "0").exit());
    }

    @Test
    void whatACaseHoldsIsNotDeletedUntilItIsLifted() throws Exception {
        String study = STUDY.value();
        fill(2);
        assertEquals(
                "held for claim-1\n",
                online("hold", study, "--case", "claim-1", "--reason", "letter").out());
        assertTrue(online("holds").out().contains("claim-1"));
        RunningSite.Run refused = online("delete", study, "--reason", "old");
        assertTrue(refused.err().contains("is held for claim-1"), refused.err());
        RunningSite.Run explained = online("policy", "explain", study);
        assertTrue(explained.out().contains("held for claim-1: no copy goes"), explained.out());
        assertEquals(2, online("hold", study, "--case", "a b", "--reason", "x").exit());
        assertEquals(
                "not held\n",
                online("unhold", study, "--case", "claim-1", "--reason", "closed")
                        .out());
        assertTrue(online("release-deletion", study, "--reason", "list 7")
                .out()
                .startsWith("released"));
        assertEquals(0, online("delete", study, "--reason", "old").exit());
    }

    @Test
    void hostile38TablesEscapeWhatSteersTerminals() throws Exception {
        DataSet image = TestStore.image(STUDY, new Uid("1.2.3.7.1"), new Uid("1.2.3.7.1.1"), 4, 1)
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 192")
                .putBytes(
                        Tag.PatientName,
                        Vr.PN,
                        "Evil\u202e^\u009b2J ".getBytes(StandardCharsets.UTF_8));
        site.parts.data.put(image);
        String table = online("find").out();
        assertTrue(table.contains("Evil\\u202e^\\u009b2J"), table);
        assertFalse(table.contains("\u202e"));
    }

    @Test
    void errorsAreOneLineWithTheRightCode() throws Exception {
        Object[][] wanted = {
            {2, "see strata find --help", List.of("find", "--no-such-option")},
            {2, "a date is YYYYMMDD", List.of("find", "--date", "yesterday")},
            {2, "--study wants", List.of("find", "--study", "x")},
            {2, "--server wants", List.of("status", "--server", "nonsense")},
            {1, "no Strata answers", List.of("status", "--server", "http://127.0.0.1:1")},
            {
                2,
                "no data directory",
                List.of("verify", "--data", dir.resolve("no").toString())
            },
            {2, "no Strata data directory", List.of("verify", "--data", dir.toString())},
            {2, "in use by", List.of("find", "--data", data.toString())},
            {2, "no file or folder", List.of("import", dir.resolve("none").toString())},
            {2, "Missing required", List.of("rebuild-index")},
            {2, "run, check, diff", List.of("policy")},
            {
                1,
                "no study 1.9 is here",
                List.of("export", "--study", "1.9", "--out", dir.toString(), "--server", site.url())
            },
            {1, "no study 1.9 is here", List.of("verify", "--study", "1.9", "--server", site.url())
            },
        };
        for (Object[] row : wanted) {
            List<?> arguments = (List<?>) row[2];
            RunningSite.Run run = RunningSite.run(
                    arguments.stream().map(Object::toString).toArray(String[]::new));
            assertEquals(row[0], run.exit(), arguments + ": " + run.err());
            assertTrue(run.err().contains((String) row[1]), arguments + ": " + run.err());
            assertEquals(1, run.err().lines().count(), run.err());
        }
        RunningSite.Run busy =
                RunningSite.run(new RunningSite.Busy(), "rebuild-index", "--data", data.toString());
        assertEquals(2, busy.exit());
        assertTrue(busy.err().contains("in use by another process"), busy.err());
    }
}
