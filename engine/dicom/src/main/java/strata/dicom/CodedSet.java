package strata.dicom;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The registered sets that ISO 2022 escape sequences can designate, PS3.3 C.12.1.1.2 tables C.12-2
 * to C.12-4. {@code registration} is the ISO-IR number in the defined term.
 */
enum CodedSet {
    ASCII(6, "(B", false, false, "US-ASCII"),
    LATIN_1(100, "-A", true, false, "ISO-8859-1"),
    LATIN_2(101, "-B", true, false, "ISO-8859-2"),
    LATIN_3(109, "-C", true, false, "ISO-8859-3"),
    LATIN_4(110, "-D", true, false, "ISO-8859-4"),
    CYRILLIC(144, "-L", true, false, "ISO-8859-5"),
    ARABIC(127, "-G", true, false, "ISO-8859-6"),
    GREEK(126, "-F", true, false, "ISO-8859-7"),
    HEBREW(138, "-H", true, false, "ISO-8859-8"),
    LATIN_5(148, "-M", true, false, "ISO-8859-9"),
    LATIN_9(203, "-b", true, false, "ISO-8859-15"),
    THAI(166, "-T", true, false, "TIS-620"),
    KATAKANA(13, ")I", true, false, "JIS_X0201"),
    ROMAJI(14, "(J", false, false, "JIS_X0201"),
    KANJI(87, "$B", false, true, "x-JIS0208"),
    KANJI_1978(42, "$@", false, true, "x-JIS0208"),
    KANJI_SUPPLEMENT(159, "$(D", false, true, "JIS_X0212-1990"),
    HANGUL(149, "$)C", true, true, "EUC-KR"),
    HANZI(58, "$)A", true, true, "GB2312");

    private final int registration;
    private final byte[] escape;
    private final boolean upper;
    private final boolean twoByte;
    private final Charset charset;

    CodedSet(int registration, String escape, boolean upper, boolean twoByte, String charset) {
        this.registration = registration;
        this.escape = escape.getBytes(StandardCharsets.US_ASCII);
        this.upper = upper;
        this.twoByte = twoByte;
        // A trimmed runtime image may lack the jdk.charsets module: text is then replaced, not
        // lost.
        this.charset =
                Charset.isSupported(charset) ? Charset.forName(charset) : StandardCharsets.US_ASCII;
    }

    /** The set of a defined term's number, or null. */
    static CodedSet registered(int number) {
        for (CodedSet set : values()) {
            if (set.registration == number) {
                return set;
            }
        }
        return null;
    }

    /** The set whose escape sequence follows the ESC before this index, or null. */
    static CodedSet escapedAt(byte[] bytes, int at) {
        for (CodedSet set : values()) {
            if (set.matches(bytes, at)) {
                return set;
            }
        }
        return null;
    }

    private boolean matches(byte[] bytes, int at) {
        if (at + escape.length > bytes.length) {
            return false;
        }
        for (int i = 0; i < escape.length; i++) {
            if (bytes[at + i] != escape[i]) {
                return false;
            }
        }
        return true;
    }

    /** What follows ESC; shared, not to be changed. */
    byte[] escape() {
        return escape;
    }

    int escapeBytes() {
        return escape.length;
    }

    /** Whether it occupies G1 (bytes with the top bit) rather than G0. */
    boolean upper() {
        return upper;
    }

    boolean twoByte() {
        return twoByte;
    }

    Charset charset() {
        return charset;
    }
}
