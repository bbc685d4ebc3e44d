package strata.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Uid;
import strata.store.IngestResult;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Manifest, comparison of index and media, keys; against a running site and a stopped one. */
class MediaCommandsTest {
    private static final Uid STUDY = new Uid("1.2.3.9");

    @TempDir
    Path dir;

    private Path data;
    private RunningSite site;
    private final StringBuilder manifest = new StringBuilder("# from the old archive\n");

    @BeforeEach
    void start() throws IOException {
        data = dir.resolve("data");
        site = new RunningSite(data);
        for (int i = 1; i <= 3; i++) {
            Uid instance = new Uid(STUDY + ".1." + i);
            IngestResult result = site.parts.data.put(
                    TestStore.image(STUDY, new Uid(STUDY + ".1"), instance, 32, i));
            manifest.append(result.digest()).append("  ").append(instance).append('\n');
        }
    }

    @AfterEach
    void stop() throws IOException {
        if (site != null) {
            site.close();
        }
    }

    private RunningSite.Run online(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--server";
        all[arguments.length + 1] = site.url();
        return RunningSite.run(all);
    }

    private String list() throws IOException {
        return Files.writeString(dir.resolve("list"), manifest).toString();
    }

    @Test
    void aManifestFromElsewhereIsComparedWithWhatIsHere() throws Exception {
        RunningSite.Run right = online("verify", "--manifest", list());
        assertEquals(0, right.exit(), right.err() + right.out());
        assertTrue(right.out().endsWith("manifest: 3 listed, 3 as listed, 0 not\n"), right.out());

        manifest.append("0".repeat(64)).append(" 1.2.3.9.1.99\n");
        manifest.insert(manifest.indexOf("\n") + 1, "1".repeat(64) + " " + STUDY + ".2.1\n");
        site.parts.data.put(
                TestStore.image(STUDY, new Uid(STUDY + ".2"), new Uid(STUDY + ".2.1"), 32, 7));
        RunningSite.Run wrong = online("verify", "--manifest", list());
        assertEquals(1, wrong.exit(), wrong.out());
        assertTrue(wrong.out().contains("MISSING instance 1.2.3.9.1.99\n"), wrong.out());
        assertTrue(wrong.out().contains("DIFFERENT instance 1.2.3.9.2.1\n"), wrong.out());
        site.close();
        site = null;
        RunningSite.Run offline =
                RunningSite.run("verify", "--manifest", list(), "--data", data.toString());
        assertEquals(1, offline.exit(), offline.err());
        assertTrue(offline.out().endsWith("5 listed, 3 as listed, 2 not\n"), offline.out());

        manifest.append("no manifest\n");
        RunningSite.Run refused =
                RunningSite.run("verify", "--manifest", list(), "--data", data.toString());
        assertEquals(2, refused.exit(), refused.out());
        assertTrue(refused.err().contains("line 7"), refused.err());
    }

    @Test
    void indexAndMediaAreCompared() throws Exception {
        site.archive(STUDY);
        RunningSite.Run agreed = online("reconcile");
        assertEquals(0, agreed.exit(), agreed.err());
        assertEquals("index and tiers agree\n", agreed.out());
        site.parts.tier.delete(site.parts.tier.packs().get(0));
        RunningSite.Run found = online("reconcile");
        assertEquals(1, found.exit(), found.out());
        assertTrue(found.out().startsWith("missing in longterm: "), found.out());
        assertTrue(found.out().contains("3 objects\n"), found.out());
        RunningSite.Run deep = online("verify", "--deep");
        assertEquals(1, deep.exit(), deep.out());
        assertTrue(deep.out().contains("MISSING in longterm"), deep.out());
        site.close();
        site = null;
        RunningSite.Run offline = RunningSite.run("reconcile", "--data", data.toString());
        assertEquals(1, offline.exit(), offline.err());
    }

    @Test
    void aSiteKeyIsReplaced() throws Exception {
        String file = dir.resolve("site.keys").toString();
        RunningSite.Run created = RunningSite.run("keys", "create", file);
        assertEquals(0, created.exit(), created.err());
        assertEquals(2, RunningSite.run("keys", "create", file).exit());
        RunningSite.Run added = RunningSite.run("keys", "add", file);
        assertTrue(added.out().contains(", "), added.out());
        assertEquals(
                "0 keys, 0 shredded, 0 under an old site key\n", online("keys").out());
        assertEquals(0, online("keys", "rewrap").exit());
        assertEquals(0, online("keys", "retire", file).exit());
        assertEquals(2, Files.readAllLines(Path.of(file)).size());
        RunningSite.Run shredded = online("keys", "shred", "--yes", "--study", STUDY.value());
        assertEquals(1, shredded.exit(), shredded.out());
        assertTrue(shredded.err().contains("not all of it is deleted"), shredded.err());
    }
}
