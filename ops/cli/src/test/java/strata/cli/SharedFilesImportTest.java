package strata.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.SharedFiles;
import strata.base.Uid;
import strata.catalog.StudyCursor;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Real files of many makers and kinds: what is taken comes back whole, the rest has a reason. */
class SharedFilesImportTest {
    @TempDir
    Path dir;

    @Test
    void importsAndExportsRealFiles() throws Exception {
        Optional<Path> shared = SharedFiles.dicom();
        assumeTrue(shared.isPresent(), "no shared files");
        try (RunningSite site = new RunningSite(dir.resolve("data"))) {
            List<String> arguments = new ArrayList<>(List.of("import", "--server", site.url()));
            for (String folder : List.of("pydicom", "highdicom", "dcmjs", "malformed")) {
                Path path = shared.get().resolve(folder);
                if (Files.isDirectory(path)) {
                    arguments.add(path.toString());
                }
            }
            RunningSite.Run run = RunningSite.run(arguments.toArray(String[]::new));
            assertTrue(run.out().startsWith("sent "), run.out() + run.err());
            Path out = dir.resolve("out");
            for (Uid study : studies(site)) {
                RunningSite.Run exported = RunningSite.run(
                        "export",
                        "--study",
                        study.value(),
                        "--out",
                        out.toString(),
                        "--server",
                        site.url());
                assertEquals(0, exported.exit(), exported.out() + exported.err());
                assertSame(site, study, out);
            }
        }
    }

    private static List<Uid> studies(RunningSite site) throws IOException {
        List<Uid> found = new ArrayList<>();
        try (StudyCursor studies = site.parts.data.catalog().studies()) {
            studies.forEachRemaining(s -> found.add(s.study()));
        }
        assertTrue(!found.isEmpty(), "something was stored");
        return found;
    }

    private static void assertSame(RunningSite site, Uid study, Path out) throws IOException {
        try (VersionCursor versions = site.parts.data.catalog().study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                if (version.state() == VersionState.CURRENT) {
                    Path file = out.resolve(study.value())
                            .resolve(version.key().series().value())
                            .resolve(version.key().instance() + ".dcm");
                    assertArrayEquals(
                            site.parts.data.read(version),
                            Files.readAllBytes(file),
                            file.getFileName().toString());
                }
            }
        }
    }
}
