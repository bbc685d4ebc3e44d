package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The broken files end in a typed error or a data set, within a second, as pinned here. */
class MalformedFilesTest {
    /**
     * Broken structure; dcmdump refuses the same ones, except that it sorts offsets out of a
     * DICOMDIR.
     */
    private static final Set<String> REFUSED = Set.of(
            "malformed/fo-dicom/FreezePattern.dcm",
            "malformed/fo-dicom/GH179B.dcm",
            "malformed/fo-dicom/GH626.dcm",
            "malformed/pydicom-data/emri_small_jpeg_2k_lossless_too_short.dcm",
            "malformed/pydicom-dicomdirtests/DICOMDIR-nooffset",
            "malformed/pydicom/test_files__MR_truncated.dcm",
            "malformed/pydicom/test_files__SC_rgb_jpeg.dcm");

    /** Odd but whole: kept and flagged. */
    private static final Set<String> FLAGGED = Set.of(
            "malformed/fo-dicom/GH179A.dcm",
            "malformed/pydicom/test_files__nested_priv_SQ.dcm",
            "dicomParser/deflate__report_dfl",
            "workshop-iris-dicom-interop/shared__pdf__embeddedpdf.dcm");

    /** Processor time, since the wall clock of a shared machine says little. */
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private static String outcome(Path file) throws IOException {
        long start = CLOCK.getCurrentThreadCpuTime();
        try (InputStream in = Files.newInputStream(file)) {
            Part10.Content content = Part10.read(in);
            return content.oddities().isEmpty() ? "parsed" : "flagged " + content.oddities();
        } catch (MalformedDicomException e) {
            return "refused: " + e.getMessage();
        } finally {
            assertTrue(
                    CLOCK.getCurrentThreadCpuTime() - start
                            < Duration.ofSeconds(1).toNanos(),
                    "slow: " + file);
        }
    }

    @Test
    void outcomesAreAsPinned() throws Exception {
        Map<String, String> outcomes = new TreeMap<>();
        List<SharedDicom.Entry> all = SharedDicom.all();
        for (SharedDicom.Entry entry : all) {
            outcomes.put(entry.path(), outcome(entry.file()));
        }
        assertEquals(new TreeSet<>(REFUSED), with("refused", outcomes), outcomes::toString);
        assertEquals(new TreeSet<>(FLAGGED), with("flagged", outcomes), outcomes::toString);
    }

    private static Set<String> with(String start, Map<String, String> outcomes) {
        Set<String> files = new TreeSet<>();
        outcomes.forEach((file, outcome) -> {
            if (outcome.startsWith(start)) {
                files.add(file);
            }
        });
        return files;
    }

    @Test
    void headerCaptureRefusesTheSame() throws Exception {
        for (SharedDicom.Entry entry : SharedDicom.malformed()) {
            boolean refused = false;
            try (InputStream in = Files.newInputStream(entry.file())) {
                Part10.Opened opened = Part10.open(in);
                HeaderCapture capture =
                        new HeaderCapture(opened.header().syntax(), Set.of(Tag.PatientID));
                capture.feed(java.nio.ByteBuffer.wrap(opened.dataSet().readAllBytes()));
                capture.finish();
            } catch (MalformedDicomException e) {
                refused = true;
            }
            assertEquals(REFUSED.contains(entry.path()), refused, entry.path());
        }
    }
}
