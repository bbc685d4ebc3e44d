package strata.server.system;

import org.junit.jupiter.api.Assumptions;

import strata.base.SharedFiles;
import strata.base.Uid;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All well-formed shared files that are composite objects of a study, in waves: no wave has a SOP
 * Instance UID twice, since a second object under a known UID is a conflict and is kept aside. The
 * first wave is nearly everything.
 */
final class SharedWaves {
    /**
     * Not for C-STORE into an archive, beside the DICOMDIRs (Media Storage Directory, which lives
     * on media): what belongs to no study (color palettes, which are Non-Patient Objects, PS3.4 GG,
     * and a multi-frame file that lost its study and series), and a file whose SOP Instance UID of
     * 67 characters is none (PS3.5 9.1), which is refused.
     */
    private static final List<String> NOT_STORED = List.of(
            "fo-dicom/Data__multiframe.dcm",
            "pydicom/palettes__fall.dcm",
            "pydicom/palettes__hotiron.dcm",
            "weasis-dicom-tools/org__dcm4che3__img__jpeg2000-multiframe-multifragments.dcm");

    /** One line of the manifest. */
    record Shared(Path file, String path, Uid syntax, Uid study, Uid series, Uid instance) {}

    private SharedWaves() {}

    static List<List<Shared>> read() throws IOException {
        Optional<Path> root = SharedFiles.dicom();
        Assumptions.assumeTrue(root.isPresent(), "shared DICOM files are not beside the project");
        List<List<Shared>> waves = new ArrayList<>();
        Map<Uid, Integer> seen = new HashMap<>();
        List<String> lines = Files.readAllLines(root.get().resolve("MANIFEST.tsv"));
        for (String line : lines.subList(1, lines.size())) {
            String[] f = line.split("\t", -1);
            boolean directory = f[0].contains("DICOMDIR");
            if (f[0].startsWith("malformed/") || directory || NOT_STORED.contains(f[0])) {
                continue;
            }
            Path path = root.get().resolve(f[0]);
            Shared file = new Shared(
                    path,
                    f[0],
                    new Uid(f[6]),
                    new Uid(f[10]),
                    new Uid(f[11]),
                    Item.read(path).instance());
            int wave = seen.merge(file.instance(), 1, Integer::sum) - 1;
            if (wave == waves.size()) {
                waves.add(new ArrayList<>());
            }
            waves.get(wave).add(file);
        }
        return waves;
    }
}
