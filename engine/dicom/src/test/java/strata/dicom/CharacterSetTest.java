package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class CharacterSetTest {
    private static String decode(String terms, byte[] bytes, Vr vr) {
        return CharacterSet.of(Arrays.asList(terms.split("\\\\", -1))).decode(bytes, vr);
    }

    /** Latin-1 letters stand for bytes, with E for the escape character. */
    private static byte[] bytes(String text) {
        return text.replace('\u2190', '\u001b').getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "ISO_IR 100, ISO-8859-1, Buc^J\u00e9r\u00f4me",
        "ISO_IR 101, ISO-8859-2, Wa\u0142\u0119sa",
        "ISO_IR 109, ISO-8859-3, \u0109apelo",
        "ISO_IR 110, ISO-8859-4, \u0101\u010d\u0137",
        "ISO_IR 144, ISO-8859-5, \u041b\u044e\u043ace\u043c\u0431ypg",
        "ISO_IR 127, ISO-8859-6, \u0642\u0628\u0627\u0646\u064a^\u0644\u0646\u0632\u0627\u0631",
        "ISO_IR 126, ISO-8859-7, \u0394\u03b9\u03bf\u03bd\u03c5\u03c3\u03b9\u03bf\u03c2",
        "ISO_IR 138, ISO-8859-8, \u05e9\u05e8\u05d5\u05df^\u05d3\u05d1\u05d5\u05e8\u05d4",
        "ISO_IR 148, ISO-8859-9, \u00c7avu\u015fo\u011flu",
        "ISO_IR 203, ISO-8859-15, \u20ac\u0152uvre",
        "ISO_IR 166, TIS-620, \u0e1b\u0e23\u0e30\u0e40\u0e17\u0e28",
        "ISO_IR 13, JIS_X0201, \uff94\uff8f\uff80\uff9e^\uff80\uff9b\uff73",
        "ISO_IR 192, UTF-8, Wang^XiaoDong=\u738b^\u5c0f\u6771",
        "GB18030, GB18030, Wang^XiaoDong=\u738b^\u5c0f\u4e1c",
        "GBK, GBK, \u738b\\\u5c0f\u4e1c\\x",
        "ISO-IR 100, ISO-8859-1, \u00fc",
    })
    void decodesSingleSets(String term, String charset, String text) {
        byte[] encoded = text.getBytes(Charset.forName(charset));
        assertEquals(text, decode(term, encoded, Vr.PN));
        assertArrayEquals(encoded, CharacterSet.of(List.of(term)).encode(text).orElseThrow());
        assertTrue(CharacterSet.of(List.of(term)).isKnown());
        if (!term.startsWith("GB") && !term.endsWith("192")) {
            String extended = term.replaceFirst("ISO[_-]IR", "ISO 2022 IR");
            assertEquals(text, decode(extended, text.getBytes(Charset.forName(charset)), Vr.PN));
        }
    }

    @Test
    void whatASetLacksIsNotEncoded() {
        String kanji = "\u5c71";
        for (String term : List.of("", "ISO_IR 6", "ISO_IR 100", "ISO_IR 13", "X", "GB18030")) {
            CharacterSet set = CharacterSet.of(List.of(term));
            assertEquals(term.equals("GB18030"), set.encode(kanji).isPresent(), term);
            assertTrue(set.encode("Doe^J").isPresent(), term);
        }
        assertTrue(CharacterSet.DEFAULT.encode("\u00fc").isEmpty());
        assertTrue(CharacterSet.UTF_8.encode("\ud800").isEmpty());
    }

    @Test
    void decodesJapaneseOfPs35AnnexH() {
        assertEquals(
                "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce=\u3084\u307e\u3060^\u305f\u308d\u3046",
                decode(
                        "\\ISO 2022 IR 87",
                        bytes("Yamada^Tarou=\u2190$B;3ED\u2190(B^\u2190$BB@O:\u2190(B="
                                + "\u2190$B$d$^$@\u2190(B^\u2190$B$?$m$&\u2190(B"),
                        Vr.PN));
        assertEquals(
                "\uff94\uff8f\uff80\uff9e^\uff80\uff9b\uff73=\u5c71\u7530^\u592a\u90ce="
                        + "\u3084\u307e\u3060^\u305f\u308d\u3046",
                decode(
                        "ISO 2022 IR 13\\ISO 2022 IR 87",
                        bytes("\u00d4\u00cf\u00c0\u00de^\u00c0\u00db\u00b3="
                                + "\u2190$B;3ED\u2190(J^\u2190$BB@O:\u2190(J="
                                + "\u2190$B$d$^$@\u2190(J^\u2190$B$?$m$&\u2190(J"),
                        Vr.PN));
    }

    @Test
    void decodesKoreanAndChineseOfPs35AnnexesIAndK() {
        byte[] korean =
                bytes("Hong^Gildong=\u2190$)C\u00fb\u00f3^\u2190$)C\u00d1\u00ce\u00d4\u00d7="
                        + "\u2190$)C\u00c8\u00ab^\u2190$)C\u00b1\u00e6\u00b5\u00bf");
        assertEquals(
                "Hong^Gildong=\u6d2a^\u5409\u6d1e=\ud64d^\uae38\ub3d9",
                decode("\\ISO 2022 IR 149", korean, Vr.PN));
        byte[] chinese =
                bytes("Zhang^XiaoDong=\u2190$)A\u00d5\u00c5^\u2190$)A\u00d0\u00a1\u00b6\u00ab=");
        assertEquals(
                "Zhang^XiaoDong=\u5f20^\u5c0f\u4e1c=", decode("\\ISO 2022 IR 58", chinese, Vr.PN));
    }

    @Test
    void mixesSingleByteSetsByEscapeAndResetsAtDelimiters() {
        assertEquals(
                "\u00e9\u0414\\\u00e9",
                decode(
                        "ISO 2022 IR 100\\ISO 2022 IR 144",
                        bytes("\u00e9\u2190-L\u00b4\\\u00e9"),
                        Vr.LO));
        assertEquals(
                "\u0414\r\u00e9",
                decode("ISO 2022 IR 100\\ISO 2022 IR 144", bytes("\u2190-L\u00b4\r\u00e9"), Vr.LT));
    }

    @Test
    void aBackslashInsideATwoByteCharacterSeparatesNothing() {
        // 0x5C as second byte: JIS X 0208 "$\" and GBK.
        DataSet japanese = new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "", "ISO 2022 IR 87")
                .putBytes(Tag.OtherPatientNames, Vr.PN, bytes("\u2190$B$\\\u2190(B\\B"));
        assertEquals(List.of("\u307c", "B"), japanese.strings(Tag.OtherPatientNames));
        DataSet chinese = new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "GBK")
                .putBytes(Tag.OtherPatientNames, Vr.PN, bytes("\u0081\\\\B"));
        assertEquals(2, chinese.strings(Tag.OtherPatientNames).size());
    }

    @Test
    void replacesWhatDoesNotFitAndNeverThrows() {
        // 39: escapes without end, unknown escapes, cut pairs, plain rubbish.
        CharacterSet japanese = CharacterSet.of(List.of("", "ISO 2022 IR 87"));
        byte[] loop = "\u001b$B\u001b(B".repeat(500_000).getBytes(StandardCharsets.ISO_8859_1);
        assertTimeout(Duration.ofMinutes(1), () -> japanese.decode(loop, Vr.LT));
        assertEquals("\uFFFDxA", japanese.decode(bytes("\u2190xA"), Vr.LO));
        assertEquals("\uFFFD", japanese.decode(bytes("\u2190$B;"), Vr.LO));
        assertEquals("M\uFFFDller", CharacterSet.DEFAULT.decode(bytes("M\u00fcller"), Vr.PN));
        assertFalse(CharacterSet.DEFAULT.fits(bytes("M\u00fcller"), Vr.PN));
        assertFalse(CharacterSet.of(List.of("KLINGON")).isKnown());
        Random random = new Random(3);
        for (String terms : List.of(
                "",
                "ISO_IR 13",
                "\\ISO 2022 IR 87",
                "\\ISO 2022 IR 149",
                "GB18030",
                "ISO_IR 192")) {
            for (int i = 0; i < 2000; i++) {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                if (bytes.length > 4) {
                    bytes[1] = 0x1b;
                    bytes[2] = '$';
                    bytes[3] = (byte) (random.nextBoolean() ? 'B' : ')');
                }
                decode(terms, bytes, Vr.PN);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "chrArab, \u0642\u0628\u0627\u0646\u064a^\u0644\u0646\u0632\u0627\u0631",
        "chrFren, Buc^J\u00e9r\u00f4me",
        "chrGreek, \u0394\u03b9\u03bf\u03bd\u03c5\u03c3\u03b9\u03bf\u03c2",
        "chrH31, Yamada^Tarou=\u5c71\u7530^\u592a\u90ce=\u3084\u307e\u3060^\u305f\u308d\u3046",
        "chrI2, Hong^Gildong=\u6d2a^\u5409\u6d1e=\ud64d^\uae38\ub3d9",
        "chrX1, Wang^XiaoDong=\u738b^\u5c0f\u6771="
    })
    void decodesTheSharedFiles(String name, String expected) throws Exception {
        DataSet read = Part10.read(SharedDicom.file("pydicom/charset_files__" + name + ".dcm"))
                .dataSet();
        assertEquals(expected, read.string(Tag.PatientName).orElseThrow());
        DataSet utf8 = read.toUtf8();
        assertEquals("ISO_IR 192", utf8.string(Tag.SpecificCharacterSet).orElseThrow());
        assertEquals(expected, utf8.string(Tag.PatientName).orElseThrow());
    }

    @Test
    void anItemHasItsOwnCharacterSetOrThatAround() throws Exception {
        DataSet read = Part10.read(
                        SharedDicom.file("malformed/pydicom/charset_files__chrSQEncoding.dcm"))
                .dataSet();
        String name = "\uff94\uff8f\uff80\uff9e^\uff80\uff9b\uff73=\u5c71\u7530^\u592a\u90ce="
                + "\u3084\u307e\u3060^\u305f\u308d\u3046";
        DataSet item = read.items(Tag.RequestedProcedureCodeSequence).get(0);
        assertEquals(name, item.string(Tag.PatientName).orElseThrow());
        assertEquals(
                name,
                read.toUtf8()
                        .items(Tag.RequestedProcedureCodeSequence)
                        .get(0)
                        .string(Tag.PatientName)
                        .orElseThrow());

        DataSet latin = new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 100")
                .putItems(
                        Tag.RequestAttributesSequence,
                        List.of(new DataSet().putBytes(Tag.CodeMeaning, Vr.LO, bytes("\u00fc"))));
        assertEquals(
                "\u00fc",
                latin.items(Tag.RequestAttributesSequence)
                        .get(0)
                        .string(Tag.CodeMeaning)
                        .orElseThrow());
    }

    @Test
    void putTextBeyondTheSetTurnsTheDataSetToUtf8() {
        DataSet latin = new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 100")
                .putBytes(Tag.PatientComments, Vr.LT, bytes("\u00e4"))
                .putString(Tag.PatientName, Vr.PN, "\u5c71\u7530");
        assertEquals("ISO_IR 192", latin.string(Tag.SpecificCharacterSet).orElseThrow());
        assertEquals("\u00e4", latin.string(Tag.PatientComments).orElseThrow());
        assertEquals("\u5c71\u7530", latin.string(Tag.PatientName).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "M\u00dcLLER^J\u00f6rg, muller^jorg",
        "D\u2019Artagnan, d\u2019artagnan",
        "\uff21\uff22, ab",
        "\u0141\u00f3d\u017a, lodz",
        "doe  ^ jane, doe^jane",
        "Stra\u00dfe, strasse",
        "\u304c\u5c71, \u304c\u5c71",
        "DOE*, doe*"
    })
    void normalisesNamesForMatching(String name, String expected) {
        assertEquals(expected, PersonName.normalised(name));
    }

    @Test
    void splitsPersonNames() {
        PersonName name = PersonName.parse("Yamada^Tarou^^^=\u5c71\u7530^\u592a\u90ce");
        assertEquals("Yamada^Tarou", name.alphabetic());
        assertEquals("\u5c71\u7530^\u592a\u90ce", name.ideographic());
        assertEquals("", name.phonetic());
        assertEquals("Yamada^Tarou=\u5c71\u7530^\u592a\u90ce", name.toString());
        assertEquals(
                List.of("Yamada", "Tarou", "", "", ""),
                List.of(PersonName.components(name.alphabetic())));
    }
}
