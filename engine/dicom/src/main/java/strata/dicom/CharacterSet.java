package strata.dicom;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A Specific Character Set, PS3.3 C.12.1.1.2, and how to decode text with it: single sets, ISO 2022
 * code extensions (PS3.5 6.1.2.5), ISO_IR 192, GB18030 and GBK.
 *
 * <p>Decoding never throws: what does not fit becomes U+FFFD, and {@link #fits} says so. Immutable.
 */
public final class CharacterSet {
    public static final String UTF_8_TERM = "ISO_IR 192";

    /** The default repertoire, ISO_IR 6. */
    public static final CharacterSet DEFAULT =
            new CharacterSet(null, CodedSet.ASCII, CodedSet.LATIN_1, false, true);

    public static final CharacterSet UTF_8 =
            new CharacterSet(StandardCharsets.UTF_8, CodedSet.ASCII, null, false, true);

    private static final char REPLACEMENT = '\uFFFD';
    private static final int ESCAPE = 0x1B;

    private final Charset whole;
    private final CodedSet lower;
    private final CodedSet upper;
    private final boolean upperDeclared;
    private final boolean known;

    private CharacterSet(
            Charset whole, CodedSet lower, CodedSet upper, boolean upperDeclared, boolean known) {
        this.whole = whole;
        this.lower = lower;
        this.upper = upper;
        this.upperDeclared = upperDeclared;
        this.known = known;
    }

    /**
     * The character set of the values of (0008,0005). Terms are read generously ({@code ISO IR
     * 100}, {@code ISO-IR-100}); one that is not known counts as the default and clears
     * {@link #isKnown}.
     */
    public static CharacterSet of(List<String> terms) {
        boolean allKnown = true;
        CharacterSet first = null;
        for (String term : terms) {
            CharacterSet one = ofTerm(term);
            allKnown &= one != null;
            if (first == null) {
                first = one == null ? DEFAULT : one;
            }
        }
        if (first == null) {
            return DEFAULT;
        }
        return allKnown
                ? first
                : new CharacterSet(
                        first.whole, first.lower, first.upper, first.upperDeclared, false);
    }

    private static CharacterSet ofTerm(String term) {
        String plain = term.strip().toUpperCase(Locale.ROOT).replace('_', ' ').replace('-', ' ');
        switch (plain) {
            case "":
                return DEFAULT;
            case "ISO IR 192", "UTF 8", "UTF8", "ISO 2022 IR 192", "ISO 10646 1":
                return UTF_8;
            case "GB18030", "GBK":
                return Charset.isSupported(plain)
                        ? new CharacterSet(
                                Charset.forName(plain), CodedSet.ASCII, null, false, true)
                        : null;
            default:
                break;
        }
        int digits = plain.length();
        while (digits > 0 && Character.isDigit(plain.charAt(digits - 1))) {
            digits--;
        }
        String number = plain.substring(digits);
        if (!plain.startsWith("ISO") || number.isEmpty() || number.length() > 3) {
            return null;
        }
        CodedSet set = CodedSet.registered(Integer.parseInt(number));
        if (set == null || set == CodedSet.ASCII) {
            return set == null ? null : DEFAULT;
        }
        if (set == CodedSet.KATAKANA) {
            return new CharacterSet(null, CodedSet.ROMAJI, CodedSet.KATAKANA, true, true);
        }
        // Two-byte sets are reached by escape sequences only; as a first value they still start in
        // ASCII.
        return set.upper() ? new CharacterSet(null, CodedSet.ASCII, set, true, true) : DEFAULT;
    }

    public boolean isUtf8() {
        return whole == StandardCharsets.UTF_8;
    }

    /** Whether every term was one of the standard's. */
    public boolean isKnown() {
        return known;
    }

    /** Decodes a value of this VR, with padding; several values stay separated by backslashes. */
    public String decode(byte[] bytes, Vr vr) {
        if (isPlain(bytes)) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        if (whole != null) {
            return decodeWith(whole, bytes, 0, bytes.length);
        }
        return decodeCoded(bytes, vr);
    }

    /** Whether the value decodes without a replacement. */
    public boolean fits(byte[] bytes, Vr vr) {
        return isPlain(bytes) || decode(bytes, vr).indexOf(REPLACEMENT) < 0;
    }

    /**
     * Encodes one value, unpadded, without escape sequences.
     *
     * @return empty when the initial sets, without code extensions, lack one of its characters
     */
    public Optional<byte[]> encode(String text) {
        byte[] encoded;
        if (whole != null) {
            encoded = text.getBytes(whole);
        } else {
            encoded = new byte[text.length()];
            for (int i = 0; i < encoded.length; i++) {
                String one = text.substring(i, i + 1);
                byte[] of = one.getBytes(
                        one.charAt(0) < 0x80 || !upperDeclared
                                ? StandardCharsets.US_ASCII
                                : upper.charset());
                if (of.length != 1) {
                    return Optional.empty();
                }
                encoded[i] = of[0];
            }
        }
        // What a set lacks becomes another character on the way there and back.
        return decode(encoded, Vr.LT).equals(text) ? Optional.of(encoded) : Optional.empty();
    }

    private boolean isPlain(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0 || b == ESCAPE || lower != CodedSet.ASCII && (b == 0x5C || b == 0x7E)) {
                return false;
            }
        }
        return true;
    }

    private static String decodeWith(Charset charset, byte[] bytes, int from, int length) {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                .replaceWith("\uFFFD");
        CharBuffer out =
                CharBuffer.allocate((int) (length * (double) decoder.maxCharsPerByte()) + 2);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes, from, length), out, true);
        if (result.isUnderflow()) {
            decoder.flush(out);
        }
        return out.flip().toString();
    }

    private String decodeCoded(byte[] bytes, Vr vr) {
        StringBuilder out = new StringBuilder(bytes.length);
        CodedSet g0 = lower;
        CodedSet g1 = upper;
        boolean g1Usable = upperDeclared;
        int at = 0;
        while (at < bytes.length) {
            int b = bytes[at] & 0xFF;
            if (b == ESCAPE) {
                CodedSet set = CodedSet.escapedAt(bytes, at + 1);
                if (set == null) {
                    out.append(REPLACEMENT);
                    at++;
                } else {
                    g0 = set.upper() ? g0 : set;
                    g1 = set.upper() ? set : g1;
                    g1Usable |= set.upper();
                    at += 1 + set.escapeBytes();
                }
                continue;
            }
            if (isReset(b, g0, vr)) {
                g0 = lower;
                g1 = upper;
                g1Usable = upperDeclared;
                out.append((char) b);
                at++;
                continue;
            }
            CodedSet set = b >= 0x80 ? g1 : g0;
            boolean control = b < 0x21 || b == 0x7F;
            if (control || b >= 0x80 && !g1Usable) {
                out.append(control ? (char) b : REPLACEMENT);
                at++;
            } else {
                at += appendCharacter(out, bytes, at, set);
            }
        }
        return out.toString();
    }

    /** Where the standard returns to the initial sets: PS3.5 6.1.2.5.3. */
    private static boolean isReset(int b, CodedSet g0, Vr vr) {
        if (b == '\r' || b == '\n' || b == '\f' || b == '\t') {
            return true;
        }
        return !g0.twoByte()
                && (b == '\\' && vr.backslashSeparated() || vr == Vr.PN && (b == '^' || b == '='));
    }

    /** Appends the character at an index and returns the number of bytes it took. */
    private static int appendCharacter(StringBuilder out, byte[] bytes, int at, CodedSet set) {
        int length = set.twoByte() ? 2 : 1;
        if (at + length > bytes.length || length == 2 && !isPair(bytes, at)) {
            out.append(REPLACEMENT);
            return 1;
        }
        out.append(decodeWith(set.charset(), bytes, at, length));
        return length;
    }

    private static boolean isPair(byte[] bytes, int at) {
        int second = bytes[at + 1] & 0x7F;
        return (bytes[at] ^ bytes[at + 1]) >= 0 && second > 0x20 && second < 0x7F;
    }
}
