package strata.hl7;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Character sets of MSH-18, HL7 table 0211. The first repetition counts; the others name sets to
 * which escapes of the first change over. Without MSH-18 text is read as UTF-8 where it is that,
 * and else as ISO 8859-1.
 */
final class CharacterSets {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("ASCII", "US-ASCII"),
            Map.entry("8859/1", "ISO-8859-1"),
            Map.entry("8859/2", "ISO-8859-2"),
            Map.entry("8859/3", "ISO-8859-3"),
            Map.entry("8859/4", "ISO-8859-4"),
            Map.entry("8859/5", "ISO-8859-5"),
            Map.entry("8859/6", "ISO-8859-6"),
            Map.entry("8859/7", "ISO-8859-7"),
            Map.entry("8859/8", "ISO-8859-8"),
            Map.entry("8859/9", "ISO-8859-9"),
            Map.entry("8859/15", "ISO-8859-15"),
            Map.entry("UNICODE UTF-8", "UTF-8"),
            Map.entry("UTF-8", "UTF-8"),
            Map.entry("ISO IR6", "ISO-2022-JP"),
            Map.entry("ISO IR14", "ISO-2022-JP"),
            Map.entry("ISO IR87", "ISO-2022-JP"),
            Map.entry("GB 18030-2000", "GB18030"),
            Map.entry("KS X 1001", "EUC-KR"),
            Map.entry("BIG-5", "Big5"));

    private CharacterSets() {}

    /**
     * @param field MSH-18
     * @param repetition what separates repetitions
     * @throws Hl7Exception for a set that is not read: names in it would come out wrong
     */
    static Charset of(String field, char repetition, byte[] message) throws Hl7Exception {
        int end = field.indexOf(repetition);
        String first = (end < 0 ? field : field.substring(0, end)).strip();
        if (first.isEmpty()) {
            return end >= 0 ? StandardCharsets.US_ASCII : guess(message);
        }
        String name = NAMES.get(first);
        if (name == null || !Charset.isSupported(name)) {
            throw new Hl7Exception(
                    ErrorCode.TABLE_VALUE_NOT_FOUND, "MSH-18 names a set that is not read here");
        }
        return Charset.forName(name);
    }

    private static Charset guess(byte[] message) {
        try {
            decode(message, StandardCharsets.UTF_8);
            return StandardCharsets.UTF_8;
        } catch (CharacterCodingException e) {
            return StandardCharsets.ISO_8859_1;
        }
    }

    /** The text; what cannot be decoded is an error. */
    static String decode(byte[] message, Charset charset) throws CharacterCodingException {
        return charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(message))
                .toString();
    }
}
