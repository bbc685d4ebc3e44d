package strata.dicom;

import org.junit.jupiter.api.Assumptions;

import strata.base.SharedFiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The developer DICOM files beside the project, by their manifest; skips visibly without them. */
public final class SharedDicom {
    /** One line of MANIFEST.tsv. */
    public record Entry(Path file, String path, String transferSyntax, String sopInstance) {
        public boolean malformed() {
            return path.startsWith("malformed/");
        }
    }

    private SharedDicom() {}

    public static List<Entry> all() throws IOException {
        Optional<Path> root = SharedFiles.dicom();
        Assumptions.assumeTrue(root.isPresent(), "shared DICOM files are not beside the project");
        return Files.readAllLines(root.get().resolve("MANIFEST.tsv")).stream()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .map(f -> new Entry(root.get().resolve(f[0]), f[0], f[6], f[12]))
                .toList();
    }

    public static List<Entry> wellFormed() throws IOException {
        return all().stream().filter(e -> !e.malformed()).toList();
    }

    /** The well-formed files with every sixteenth of the long series, whose slices are alike. */
    public static List<Entry> sample() throws IOException {
        int[] slice = {0};
        return wellFormed().stream()
                .filter(e -> !e.path().startsWith("series-") || slice[0]++ % 16 == 0)
                .toList();
    }

    public static List<Entry> malformed() throws IOException {
        return all().stream().filter(Entry::malformed).toList();
    }

    /** One file by its manifest path. */
    public static Path file(String path) {
        Optional<Path> root = SharedFiles.dicom();
        Assumptions.assumeTrue(root.isPresent(), "shared DICOM files are not beside the project");
        return root.get().resolve(path);
    }
}
