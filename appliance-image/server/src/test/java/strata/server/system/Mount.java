package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import strata.base.Await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A small file system of its own, mounted for one test: ext4 or XFS in an image file, or in memory.
 * For root; where mounting is not possible the test is skipped.
 */
final class Mount implements AutoCloseable {
    /** XFS_IOC_GOINGDOWN, which ext4 knows as well; 2: the log is not flushed either. */
    private static final String SHUT_DOWN = "import fcntl,os,struct,sys;"
            + "fcntl.ioctl(os.open(sys.argv[1],os.O_RDONLY),0x8004587d,struct.pack('I',2))";

    private final Path at;
    private final Optional<Path> image;
    private final List<String> mount;

    private Mount(Path at, Optional<Path> image, List<String> mount) {
        this.at = at;
        this.image = image;
        this.mount = mount;
    }

    static void needRoot() {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can mount");
        Processes.need("mount", "umount");
    }

    /** A new file system in an image. */
    static Mount image(Path folder, String type, int megabytes) throws Exception {
        return image(folder, type, megabytes, "defaults");
    }

    /** The same, mounted with further options. */
    static Mount image(Path folder, String type, int megabytes, String options) throws Exception {
        needRoot();
        Processes.need("mkfs." + type, "losetup", "python3");
        Files.createDirectories(folder);
        Path image = folder.resolve(type + ".image");
        Path at = Files.createDirectories(folder.resolve(type));
        Mount made = new Mount(
                at,
                Optional.of(image),
                List.of("mount", "-o", "loop," + options, image.toString(), at.toString()));
        made.format(image, type, megabytes);
        assumeTrue(made.tryMount(), "this machine mounts no " + type + " image");
        return made;
    }

    private void format(Path image, String type, int megabytes) throws Exception {
        Files.deleteIfExists(image);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) megabytes << 20);
        }
        run(true, "mkfs." + type, "-q", type.equals("xfs") ? "-f" : "-F", image.toString());
    }

    /** A new file system in memory, which fills up at its size. */
    static Mount memory(Path at, int megabytes) throws Exception {
        needRoot();
        Files.createDirectories(at);
        Mount made = new Mount(
                at,
                Optional.empty(),
                List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", at + ""));
        assumeTrue(made.tryMount(), "this machine mounts no tmpfs");
        return made;
    }

    private boolean tryMount() throws Exception {
        boolean mounted = run(false, mount.toArray(String[]::new)) == 0;
        if (mounted) {
            // The run of the tests may be cut off before their end.
            Runtime.getRuntime().addShutdownHook(new Thread(this::leave));
        }
        return mounted;
    }

    private void leave() {
        try {
            new ProcessBuilder("umount", "-q", "-l", at.toString()).start().waitFor();
        } catch (IOException | InterruptedException e) {
            System.err.println("could not unmount " + at + ": " + e);
        }
    }

    Path path() {
        return at;
    }

    /** The power goes: from now on nothing reaches the image, synced or not. */
    void cutPower() throws Exception {
        run(true, "python3", "-c", SHUT_DOWN, at.toString());
    }

    void unmount() throws Exception {
        run(true, "umount", at.toString());
        // A process in a mount namespace of its own may hold the file system, dead as it is:
        // mounted
        // again meanwhile, it would be that one.
        Await.until(
                "the release of " + image.orElse(at),
                Duration.ofSeconds(60),
                () -> image.isEmpty() || loopDevices().isEmpty());
    }

    private String loopDevices() throws IOException {
        Process process = new ProcessBuilder(
                        "losetup", "-j", image.orElseThrow().toString())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** Mounts it again, which replays the journal. */
    void mountAgain() throws Exception {
        run(true, mount.toArray(String[]::new));
    }

    static int run(boolean must, String... command) throws Exception {
        List<String> whole = new ArrayList<>(List.of(command));
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        boolean over = process.waitFor(60, TimeUnit.SECONDS);
        int exit = over ? process.exitValue() : -1;
        if (must) {
            assertEquals(0, exit, () -> String.join(" ", command) + ": " + said);
        }
        return exit;
    }

    @Override
    public void close() throws IOException {
        try {
            if (run(false, "umount", at.toString()) != 0) {
                run(false, "umount", "-l", at.toString());
            }
        } catch (Exception e) {
            throw new IOException("could not unmount " + at, e);
        }
    }
}
