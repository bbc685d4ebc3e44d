package strata.base;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds test data that lies beside the project, not in it: {@code shared} in a parent folder of the
 * project root (system property {@code strata.home}, else the working directory), or where the
 * environment variable {@code STRATA_SHARED} points. Tests skip visibly when it is absent.
 */
public final class SharedFiles {
    private SharedFiles() {}

    /** The folder of DICOM files with its MANIFEST.tsv. */
    public static Optional<Path> dicom() {
        return folder("dicom");
    }

    /** A folder of the shared data. */
    public static Optional<Path> folder(String name) {
        String named = System.getenv("STRATA_SHARED");
        if (named != null) {
            return Optional.of(Path.of(named, name)).filter(Files::isDirectory);
        }
        Path at =
                Path.of(System.getProperty("strata.home", "")).toAbsolutePath().getParent();
        for (; at != null; at = at.getParent()) {
            Path folder = at.resolve("shared").resolve(name);
            if (Files.isDirectory(folder)) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }
}
