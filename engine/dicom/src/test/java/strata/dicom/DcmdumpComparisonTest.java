package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * T15: every well-formed shared file says the same to us and to DCMTK's dcmdump: nesting, tags,
 * VRs, lengths, and values where they are ASCII.
 */
class DcmdumpComparisonTest {
    private static final int FILES_PER_RUN = 40;
    private static final int VALUE_CHARS = 60;
    private static final int REPORTED = 30;
    private static final Pattern LINE = Pattern.compile(
            "^( *)\\((....),(....)\\) (..) (.*?) *# *(u/l|\\d+)(?:, *(\\d+))?( .+)?$");
    private static final Pattern FILE = Pattern.compile("^# dcmdump \\(\\d+/\\d+\\): (.*)$");

    private static final Set<String> UNORDERED =
            Set.of("workshop-iris-dicom-interop/shared__pdf__embeddedpdf.dcm");

    private record Line(int depth, String tag, String vr, String value, String length) {
        static Line parse(String text) {
            Matcher m = LINE.matcher(text);
            if (!m.matches() || m.group(2).equals("fffe") && !m.group(3).equals("e000")) {
                return null;
            }
            return new Line(
                    m.group(1).length() / 2,
                    m.group(2) + m.group(3),
                    standardVr(m.group(4)),
                    m.group(5),
                    m.group(6));
        }
    }

    @Test
    void saysTheSameAsDcmdump() throws Exception {
        Path dcmdump = program("dcmdump");
        List<SharedDicom.Entry> files = SharedDicom.wellFormed();
        List<String> disagreements = new ArrayList<>();
        int elements = 0;
        for (int from = 0; from < files.size(); from += FILES_PER_RUN) {
            List<SharedDicom.Entry> part =
                    files.subList(from, Math.min(files.size(), from + FILES_PER_RUN));
            Map<String, List<Line>> theirs = run(dcmdump, part);
            for (SharedDicom.Entry entry : part) {
                List<Line> ours = ourLines(entry.file());
                elements += ours.size();
                compare(
                        entry.path(),
                        ours,
                        theirs.getOrDefault(entry.file().toString(), List.of()),
                        disagreements);
            }
        }
        System.out.println("dcmdump comparison: " + files.size() + " files, " + elements
                + " lines, " + disagreements.size() + " disagreements");
        disagreements.stream().limit(REPORTED).forEach(System.out::println);
        assertEquals(0, disagreements.size(), () -> disagreements.get(0));
    }

    static Path program(String name) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        Assumptions.abort(name + " (package dcmtk) is not installed");
        throw new AssertionError();
    }

    private static Map<String, List<Line>> run(Path dcmdump, List<SharedDicom.Entry> files)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(dcmdump.toString(), "-q", "+F", "-Un", "+Qn"));
        files.forEach(e -> command.add(e.file().toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        // The standard dictionary only: a VR for a private element is DCMTK's guess, not the
        // file's.
        builder.environment().put("DCMDICTPATH", standardDictionary());
        Process process = builder.start();
        Map<String, List<Line>> byFile = new HashMap<>();
        List<Line> current = new ArrayList<>();
        String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        process.waitFor();
        for (String text : output.split("\n")) {
            Matcher file = FILE.matcher(text);
            Line line = Line.parse(text);
            if (file.matches()) {
                current = new ArrayList<>();
                byFile.put(file.group(1), current);
            } else if (line != null) {
                current.add(line);
            }
        }
        return byFile;
    }

    private static String standardDictionary() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/share"))) {
            List<Path> found = folders.filter(
                            p -> p.getFileName().toString().matches("(lib)?dcmtk\\d*"))
                    .map(p -> p.resolve("dicom.dic"))
                    .filter(Files::isRegularFile)
                    .toList();
            Assumptions.assumeTrue(!found.isEmpty(), "DCMTK's dicom.dic is not installed");
            return found.get(0).toString();
        }
    }

    private static List<Line> ourLines(Path file) throws IOException {
        StringBuilder out = new StringBuilder();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            DicomDump.file(in, out, VALUE_CHARS);
        } catch (MalformedDicomException e) {
            out.append("(ffff,ffff) XX ").append(e.getMessage()).append(" # 0\n");
        }
        return out.toString().lines().map(Line::parse).filter(l -> l != null).toList();
    }

    private static void compare(String file, List<Line> a, List<Line> b, List<String> to) {
        // DCMTK sorts what a file has in the wrong order; we report the order of the file.
        boolean unordered = UNORDERED.contains(file);
        Comparator<Line> order = Comparator.comparing(Line::tag);
        List<Line> ours = unordered ? a.stream().sorted(order).toList() : a;
        List<Line> theirs = unordered ? b.stream().sorted(order).toList() : b;
        compareLines(file, ours, theirs, to);
    }

    private static void compareLines(
            String file, List<Line> ours, List<Line> theirs, List<String> to) {
        int n = Math.max(ours.size(), theirs.size());
        for (int i = 0; i < n; i++) {
            Line a = i < ours.size() ? ours.get(i) : null;
            Line b = i < theirs.size() ? theirs.get(i) : null;
            if (a == null || b == null || !same(a, b)) {
                to.add(file + " line " + i + ": ours " + a + ", dcmdump " + b);
                if (a == null || b == null || !a.tag().equals(b.tag())) {
                    return;
                }
            }
        }
    }

    private static boolean same(Line a, Line b) {
        return a.depth() == b.depth()
                && a.tag().equals(b.tag())
                && a.length().equals(b.length())
                && (a.vr().equals(b.vr()) ? sameValue(a, b) : isEncapsulatedAsWords(a, b));
    }

    /** DCMTK's own names: ?? for what no table names, up for the offsets in a DICOMDIR. */
    private static String standardVr(String vr) {
        return switch (vr) {
            case "??" -> "UN";
            case "up" -> "UL";
            default -> vr;
        };
    }

    /** DCMTK says OB for every encapsulated Pixel Data, also where the file says OW. */
    private static boolean isEncapsulatedAsWords(Line ours, Line theirs) {
        return ours.value().equals("(PixelSequence)")
                && ours.vr().equals("OW")
                && theirs.vr().equals("OB");
    }

    private static boolean sameValue(Line a, Line b) {
        if (a.vr().equals("SQ") || a.vr().equals("na") || a.value().equals("(PixelSequence)")) {
            return true;
        }
        String ours = plain(a.value());
        String theirs = plain(b.value());
        boolean cut = ours.endsWith("...") || theirs.endsWith("...");
        int n = Math.min(shown(ours), shown(theirs));
        if (a.vr().equals("FL") || a.vr().equals("FD")) {
            return sameNumbers(ours, theirs);
        }
        boolean ascii = ours.chars().allMatch(c -> c < 0x80) && !theirs.contains("&#");
        return !ascii || (cut ? ours.regionMatches(0, theirs, 0, n) : ours.equals(theirs));
    }

    /** Without the brackets, without the XML entities of +Qn; blank text is no value. */
    private static String plain(String value) {
        return value.equals("(no value available)")
                ? ""
                : value.replaceAll("[\\]\\[]", "")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&quot;", "\"")
                        .replace("&apos;", "'")
                        .replace("&amp;", "&");
    }

    private static int shown(String value) {
        return value.endsWith("...") ? value.length() - 3 : value.length();
    }

    private static boolean sameNumbers(String ours, String theirs) {
        String[] a = ours.split("\\\\");
        String[] b = theirs.split("\\\\");
        boolean cut = ours.endsWith("...") || theirs.endsWith("...");
        int n = Math.min(a.length, b.length) - (cut ? 1 : 0);
        for (int i = 0; i < n; i++) {
            if (!a[i].equals(b[i])) {
                double x = Double.parseDouble(a[i]);
                double y = Double.parseDouble(b[i]);
                if (Math.abs(x - y) > 1e-5 * Math.abs(x) + Float.MIN_NORMAL) {
                    return false;
                }
            }
        }
        return cut || a.length == b.length;
    }
}
