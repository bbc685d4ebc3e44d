package strata.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The package as dpkg sees it, and its whole life below a root directory of its own. */
class DebianPackageTest {
    private static final Pattern READY =
            Pattern.compile("ready aet=(\\S+) dicom=(\\S+):(\\d+) http=(\\S+).*");

    @TempDir
    Path scratch;

    private Path deb;
    private InstalledServer server;

    @BeforeEach
    void isBuilt() {
        deb = Path.of("target", "strata_all.deb").toAbsolutePath();
        assumeTrue(Files.exists(deb), "the package is built in the package phase (mvn verify)");
        assumeTrue(Commands.exists("dpkg-deb"), "needs dpkg");
    }

    @AfterEach
    void nothingKeepsRunning() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void itHoldsWhatItShouldWithTheRightModes() throws Exception {
        String listing = Commands.run("dpkg-deb", "-c", deb.toString());
        for (String entry : List.of(
                "-rwxr-xr-x root/root \\S* ./usr/bin/strata",
                "-rw-r--r-- root/root \\S* ./usr/lib/systemd/system/strata.service",
                "-rw-r----- root/root \\S* ./etc/strata/strata.yaml",
                "drwxr-x--- root/root \\S* ./var/lib/strata/",
                "-rw-r--r-- root/root \\S* ./opt/strata/strata-server.jar",
                "-rw-r--r-- root/root \\S* ./opt/strata/launch/jvm.options",
                "-rw-r--r-- root/root \\S* ./opt/strata/lib/rocksdbjni-\\S+.jar",
                "-rw-r--r-- root/root \\S* ./opt/strata/lib/logback-classic-\\S+.jar")) {
            String pattern = entry.replace("root/root \\S*", "root/root +\\d+ \\S+ \\S+");
            assertTrue(Pattern.compile(pattern).matcher(listing).find(), entry + "\n" + listing);
        }
        assertFalse(listing.contains("chronicle-analytics"), "it reports to a host on the network");
        assertFalse(listing.contains("junit"), listing);
        assertEquals(
                "/etc/strata/strata.yaml",
                Commands.run("dpkg-deb", "-I", deb.toString(), "conffiles").strip());
        String depends = Commands.run("dpkg-deb", "-f", deb.toString(), "Depends");
        assertTrue(depends.contains("jdk-headless"), depends);
    }

    @Test
    void itsConfigurationParsesAndKeepsTheDataWhereThePackageDoes() throws Exception {
        Path file = Path.of("target", "deb", "strata.yaml");
        Configuration configuration = Configuration.load(Optional.of(file), Overrides.NONE);
        assertEquals(Path.of("/var/lib/strata"), configuration.data());
    }

    @Test
    void itIsInstalledStartedUsedStoppedRemovedAndPurged() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        prepareRoot();
        install();
        Path config = scratch.resolve("etc/strata/strata.yaml");
        String changed = Files.readString(config).replace("aet: STRATA", "aet: INSTALLED");
        Files.writeString(config, changed);
        install();
        assertEquals(changed, Files.readString(config), "an upgrade keeps a changed configuration");

        Path cache = Files.createDirectory(scratch.resolve("cache"));
        server = InstalledServer.start(scratch, cache, command("ExecStart="));
        Matcher ready = READY.matcher(server.awaitReady(Duration.ofSeconds(60)));
        assertTrue(ready.matches(), ready::toString);
        assertEquals("INSTALLED", ready.group(1));
        if (Commands.exists("echoscu")) {
            Commands.run("echoscu", "-aec", "INSTALLED", ready.group(2), ready.group(3));
        }
        assertEquals(0, server.stop(Duration.ofSeconds(10)), server::output);
        assertTrue(filesBelow("var/lib/strata").size() > 0, "the data stays");

        dpkg("--remove", "strata");
        assertEquals(List.of(), filesBelow("opt"));
        assertEquals(List.of(), filesBelow("usr"));
        assertEquals(List.of("strata.yaml"), filesBelow("etc/strata"));
        assertTrue(filesBelow("var/lib/strata").size() > 0, "the data stays");
        dpkg("--purge", "strata");
        assertEquals(List.of(), filesBelow("etc"));
        assertFalse(Files.exists(scratch.resolve("var/lib/strata")));
    }

    /**
     * The JVM maps its classes from the archive, unless that is damaged; then it starts as well.
     */
    @Test
    void theClassArchiveIsMadeOnceUsedAndNotTrusted() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        prepareRoot();
        install();
        Path cache = Files.createDirectory(scratch.resolve("cache"));
        server = InstalledServer.start(scratch, cache, command("ExecStartPre=-"));
        assertEquals(0, server.awaitEnd(Duration.ofSeconds(90)), server::output);
        List<String> made = filesBelow("cache");
        assertEquals(1, made.size(), made::toString);
        Path archive = cache.resolve(made.get(0)).toRealPath();

        server = InstalledServer.start(scratch, cache, command("ExecStart="));
        server.awaitReady(Duration.ofSeconds(60));
        assertTrue(server.maps(archive), "classes come from the archive");
        assertEquals(0, server.stop(Duration.ofSeconds(10)), server::output);

        byte[] damaged = Files.readAllBytes(archive);
        Arrays.fill(damaged, damaged.length / 2, damaged.length / 2 + 4096, (byte) 0x5a);
        Files.delete(archive);
        Files.write(archive, damaged);
        server = InstalledServer.start(scratch, cache, command("ExecStart="));
        server.awaitReady(Duration.ofSeconds(60));
        assertFalse(server.maps(archive), "damaged classes are not used");
        assertEquals(0, server.stop(Duration.ofSeconds(10)), server::output);
    }

    /** What the unit starts, below the scratch root and on free ports. */
    private List<String> command(String key) throws IOException {
        Path unit = scratch.resolve("usr/lib/systemd/system/strata.service");
        String line = Files.readAllLines(unit).stream()
                .filter(l -> l.startsWith(key))
                .findFirst()
                .orElseThrow();
        List<String> command = new ArrayList<>();
        for (String word : line.substring(key.length()).split(" ")) {
            command.add(word.startsWith("/") ? scratch + word : word);
        }
        if (command.contains("serve")) {
            command.addAll(List.of("--data", scratch.resolve("var/lib/strata").toString()));
            command.addAll(List.of("--dicom-port", "0", "--http-port", "0"));
        }
        return command;
    }

    private void prepareRoot() throws IOException {
        for (String directory : List.of("info", "updates", "triggers")) {
            Files.createDirectories(scratch.resolve("var/lib/dpkg").resolve(directory));
        }
        Files.createFile(scratch.resolve("var/lib/dpkg/status"));
    }

    private void install() throws Exception {
        dpkg("--install", deb.toString());
    }

    private void dpkg(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("dpkg", "--root=" + scratch));
        // The scratch root has no shell and no other packages; the scripts respect DPKG_ROOT.
        command.addAll(List.of(
                "--force-script-chrootless",
                "--force-depends",
                "--force-confold",
                "--log=/dev/null"));
        command.addAll(Arrays.asList(arguments));
        Commands.run(command.toArray(new String[0]));
    }

    private List<String> filesBelow(String path) throws IOException {
        Path directory = scratch.resolve(path);
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .toList();
        }
    }
}
