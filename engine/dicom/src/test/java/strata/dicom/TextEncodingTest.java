package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** What is written in a character set is what is read in it. */
class TextEncodingTest {
    private static final long SEED = Long.getLong("strata.seed", 20261122L);

    private static void assertComesBack(String text, Vr vr, String... terms) {
        List<String> set = List.of(terms);
        byte[] bytes = TextEncoding.of(set).orElseThrow().encode(text, vr).orElseThrow();
        assertEquals(text, CharacterSet.of(set).decode(bytes, vr), () -> set.toString());
    }

    private static void assertDoesNotFit(String text, String... terms) {
        assertTrue(
                TextEncoding.of(List.of(terms))
                        .orElseThrow()
                        .encode(text, Vr.PN)
                        .isEmpty(),
                () -> List.of(terms).toString());
    }

    @Test
    void singleSets() {
        assertComesBack("M\u00fcller^J\u00f6rg", Vr.PN, "ISO_IR 100");
        assertComesBack("\u0160e\u0161elj^\u017deljko", Vr.PN, "ISO_IR 101");
        assertComesBack("\u041b\u044e\u043ac\u0435\u043c^X", Vr.PN, "ISO_IR 144");
        assertComesBack("\u0394\u03b9\u03bf\u03bd^X", Vr.PN, "ISO_IR 126");
        assertComesBack("Wang^XiaoDong=\u738b^\u5c0f\u4e1c", Vr.PN, "GB18030");
        assertComesBack("\u738b^\u5c0f\u6771=\ud83d\ude00", Vr.PN, "ISO_IR 192");
        assertComesBack("plain", Vr.LO, "ISO_IR 100");
        assertDoesNotFit("\u738b", "ISO_IR 100");
        assertDoesNotFit("\u00fc", "");
    }

    @Test
    void codeExtensions() {
        String yamada = "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce=\u3084\u307e\u3060^\u305f\u308d";
        assertComesBack(yamada, Vr.PN, "", "ISO 2022 IR 87");
        assertComesBack(
                "\uff94\uff8f\uff80\uff9e=\u5c71\u7530", Vr.PN, "ISO_IR 13", "ISO 2022 IR 87");
        assertComesBack(
                "Hong^Gildong=\u6d2a^\u5409\u6d1e=\ud64d^\uae38\ub3d9",
                Vr.PN,
                "",
                "ISO 2022 IR 149");
        assertComesBack("a\u5c71b\\\u7530c", Vr.LO, "", "ISO 2022 IR 87");
        assertDoesNotFit("\ud64d", "", "ISO 2022 IR 87");
    }

    /** The bytes of PS3.5 H.3.1, example 1. */
    @Test
    void theExampleOfTheStandard() {
        byte[] name = TextEncoding.of(List.of("", "ISO 2022 IR 87"))
                .orElseThrow()
                .encode("Yamada^Tarou=\u5c71\u7530^\u592a\u90ce", Vr.PN)
                .orElseThrow();
        assertArrayEquals(
                "Yamada^Tarou=\u001b$B;3ED\u001b(B^\u001b$BB@O:\u001b(B"
                        .getBytes(StandardCharsets.US_ASCII),
                name);
    }

    @Test
    void aDataSetIsEncodedWholeOrNotAtAll() {
        DataSet item = new DataSet().putString(Tag.CodeMeaning, Vr.LO, "\u00fcber");
        DataSet from = new DataSet()
                .toUtf8()
                .putString(Tag.PatientName, Vr.PN, "M\u00fcller")
                .putString(Tag.Modality, Vr.CS, "CT");
        from.putItems(Tag.ProcedureCodeSequence, List.of(item)).toUtf8();
        TextEncoding latin = TextEncoding.of(List.of("ISO_IR 100")).orElseThrow();
        DataSet to = latin.encode(from).orElseThrow();
        assertEquals("M\u00fcller", to.string(Tag.PatientName).orElse(""));
        assertEquals("ISO_IR 100", to.string(Tag.SpecificCharacterSet).orElse(""));
        assertEquals(6, to.bytes(Tag.PatientName).length);
        assertEquals(
                "\u00fcber",
                to.items(Tag.ProcedureCodeSequence)
                        .get(0)
                        .string(Tag.CodeMeaning)
                        .orElse(""));
        from.putString(Tag.PatientComments, Vr.LT, "\u5c71");
        assertTrue(latin.encode(from).isEmpty());
        assertTrue(TextEncoding.of(List.of("KLINGON")).isEmpty());
    }

    @Test
    void anyTextComesBackOrDoesNotFit() {
        Random random = new Random(SEED);
        List<List<String>> sets = List.of(
                List.of("ISO_IR 100"),
                List.of("ISO_IR 13", "ISO 2022 IR 87", "ISO 2022 IR 159"),
                List.of("", "ISO 2022 IR 149"),
                List.of("", "ISO 2022 IR 58"),
                List.of("ISO 2022 IR 100", "ISO 2022 IR 144"),
                List.of("GBK"));
        String letters = "aZ ^=\u00e9\u0416\u5c71\u7530\uff94\ud64d\u4e1c\u03b1";
        int fitting = 0;
        for (int i = 0; i < 5_000; i++) {
            List<String> set = sets.get(random.nextInt(sets.size()));
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            var bytes = TextEncoding.of(set).orElseThrow().encode(text.toString(), Vr.PN);
            if (bytes.isPresent()) {
                fitting++;
                assertEquals(
                        text.toString(),
                        CharacterSet.of(set).decode(bytes.get(), Vr.PN),
                        () -> "seed " + SEED + " " + set);
            }
        }
        assertTrue(fitting > 500, "only " + fitting + " fitted, seed " + SEED);
    }
}
