package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import strata.base.Uid;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

class DictionaryTest {
    /** DCMTK's names for VRs that the context decides. */
    private static final Map<String, List<Vr>> BY_CONTEXT = Map.of(
            "ox", List.of(Vr.OB, Vr.OW),
            "px", List.of(Vr.OB, Vr.OW),
            "xs", List.of(Vr.US, Vr.SS),
            "lt", List.of(Vr.US, Vr.SS, Vr.OW),
            "up", List.of(Vr.UL));

    /** Known differences: DCMTK's table is of another edition or adds non-DICOM elements. */
    private static final List<String> DIFFERENT = List.of();

    @Test
    void knowsElementsOfEveryKind() {
        assertEquals(Vr.PN, Dictionary.vr(Tag.PatientName));
        assertEquals(Vr.OW, Dictionary.vr(Tag.PixelData));
        assertEquals(Vr.US, Dictionary.vr(Tag.SmallestImagePixelValue));
        assertTrue(Dictionary.signedAlternative(Tag.SmallestImagePixelValue));
        assertFalse(Dictionary.signedAlternative(Tag.Rows));
        assertEquals(Vr.OW, Dictionary.vr(0x60023000));
        assertEquals("OverlayRows", Dictionary.keyword(0x60020010));
        assertEquals(Vr.UL, Dictionary.vr(0x00090000));
        assertEquals(Vr.LO, Dictionary.vr(0x00090010));
        assertEquals(Vr.UN, Dictionary.vr(0x00091001));
        assertEquals(Vr.UN, Dictionary.vr(0x60011010));
        assertEquals(Tag.PatientID, Dictionary.tag("PatientID").orElseThrow());
        assertEquals(Tag.PatientID, Dictionary.tag("00100020").orElseThrow());
        assertTrue(Dictionary.tag("PatientsID").isEmpty());
        assertTrue(Dictionary.entries().size() > 4800);
    }

    @Test
    void constantsAreWhatTheTableSays() throws Exception {
        for (Field field : Tag.class.getFields()) {
            assertEquals(
                    field.getInt(null),
                    Dictionary.tag(field.getName()).orElseThrow(),
                    field.getName());
        }
    }

    @Test
    void agreesWithAnInstalledDictionary() throws Exception {
        Optional<Path> installed = installed();
        Assumptions.assumeTrue(installed.isPresent(), "DCMTK's dicom.dic is not installed");
        List<String> differences = new ArrayList<>();
        int compared = 0;
        for (String line : Files.readAllLines(installed.get(), StandardCharsets.ISO_8859_1)) {
            String[] f = line.split("\t");
            if (line.startsWith("(")
                    && f.length == 5
                    && f[4].startsWith("DICOM")
                    && f[0].length() == 11) {
                int tag = (int) Long.parseLong(f[0].replaceAll("[(),]", ""), 16);
                compared++;
                if (!same(tag, f[1], f[2].replace("RETIRED_", ""))) {
                    differences.add(line + " / " + Dictionary.entry(tag));
                }
            }
        }
        assertTrue(compared > 4000, "compared " + compared);
        assertEquals(DIFFERENT, differences, String.join("\n", differences));
    }

    private static Optional<Path> installed() throws IOException {
        if (!Files.isDirectory(Path.of("/usr/share"))) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(Path.of("/usr/share"))) {
            return folders.filter(p -> p.getFileName().toString().matches("(lib)?dcmtk\\d*"))
                    .map(p -> p.resolve("dicom.dic"))
                    .filter(Files::isRegularFile)
                    .findFirst();
        }
    }

    private static boolean same(int tag, String vr, String keyword) {
        Optional<Dictionary.Entry> entry = Dictionary.entry(tag);
        if (entry.isEmpty() || vr.equals("na")) {
            return vr.equals("na");
        }
        List<Vr> theirs = BY_CONTEXT.containsKey(vr) ? BY_CONTEXT.get(vr) : List.of(Vr.valueOf(vr));
        boolean sameVr = entry.get().alternatives().containsAll(theirs)
                || theirs.containsAll(entry.get().alternatives());
        return sameVr && entry.get().keyword().equals(keyword);
    }

    @Test
    void knowsTransferSyntaxes() {
        assertEquals(
                TransferSyntax.Encoding.EXPLICIT_BIG,
                TransferSyntax.EXPLICIT_VR_BIG_ENDIAN.encoding());
        assertTrue(TransferSyntax.of(new Uid("1.2.840.10008.1.2.4.201")).isEncapsulated());
        assertFalse(TransferSyntax.of(new Uid("1.2.840.10008.1.2.4.94")).isStorable());
        assertEquals(
                TransferSyntax.Encoding.EXPLICIT_LITTLE,
                TransferSyntax.of(new Uid("1.3.6.1.4.1.99999")).encoding());
        for (UidRegistry.Entry entry : UidRegistry.entries()) {
            // Papyrus 3 is the one that no table of this century describes.
            if (entry.kind() == UidRegistry.Kind.SYNTAX && !entry.keyword().startsWith("Papyrus")) {
                assertTrue(TransferSyntax.known(entry.uid()).isPresent(), entry.toString());
            }
        }
        for (TransferSyntax syntax : TransferSyntax.all()) {
            assertTrue(UidRegistry.entry(syntax.uid()).isPresent(), syntax.toString());
        }
    }

    @Test
    void knowsWhatIsNotStored() {
        for (String service : List.of(
                "1.2.840.10008.1.1",
                "1.2.840.10008.1.20.1",
                "1.2.840.10008.5.1.4.1.2.2.1",
                "1.2.840.10008.5.1.4.31",
                "1.2.840.10008.1.3.10",
                "1.2.840.10008.3.1.2.3.3")) {
            assertFalse(SopClasses.isStorage(new Uid(service)), service);
        }
        for (String storage : List.of(
                "1.2.840.10008.5.1.4.1.1.2",
                "1.2.840.10008.5.1.4.1.1.88.59",
                "1.2.840.10008.5.1.4.1.1.104.1",
                "1.2.840.10008.5.1.4.34.7",
                "1.2.840.10008.5.1.4.1.1.201.6",
                "1.2.276.0.99")) {
            assertTrue(SopClasses.isStorage(new Uid(storage)), storage);
        }
        assertTrue(SopClasses.knownStorageClasses().size() > 150);
    }
}
