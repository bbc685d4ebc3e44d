package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The configuration that a new site begins with. */
class InitCommandTest {
    @TempDir
    Path folder;

    private static String run(int expected, String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        assertEquals(
                expected,
                Main.commands().setOut(out).setErr(out).execute(arguments),
                said.toString());
        return said.toString();
    }

    @Test
    void whatItWritesIsReadAndNeverOverwritten() throws Exception {
        Path file = folder.resolve("strata.yaml");
        assertTrue(run(0, "init", file.toString()).contains("strata serve --config " + file));
        assertEquals(Configuration.commentedFile(), Files.readString(file));
        assertTrue(run(2, "init", file.toString()).contains("is there already"));
        assertEquals(Configuration.commentedFile(), Files.readString(file));
        assertTrue(run(2, "init", folder.resolve("no/strata.yaml").toString())
                .contains("there is no directory for"));
    }

    @Test
    void theDataMayLieAnywhere() throws Exception {
        Path file = folder.resolve("other.yaml");
        Path data = folder.resolve("a \"data\" folder: #1");
        run(0, "init", file.toString(), "--data", data.toString());
        assertEquals(data, Configuration.load(Optional.of(file), Overrides.NONE).data());
    }
}
