package strata.dicom;

import java.io.IOException;
import java.io.Reader;

/** JSON, RFC 8259, as far as the DICOM model needs it: quoting, and a bounded tokeniser. */
final class JsonText {
    private static final int MAX_WHOLE_DIGITS = 41;
    private static final int MAX_FRACTION_DIGITS = 40;
    private static final int MAX_EXPONENT_DIGITS = 4;
    private static final int END = -1;

    private final Reader in;
    private final long maxChars;
    private final int maxStringChars;
    private final StringBuilder token = new StringBuilder();
    private long position;
    private int next;

    /** Reads the first character. */
    JsonText(Reader in, long maxChars, int maxStringChars) throws IOException {
        this.in = in;
        this.maxChars = maxChars;
        this.maxStringChars = maxStringChars;
        advance();
    }

    /** Whether the text is a JSON number, RFC 8259 6, of bearable length. */
    static boolean isNumber(String text) {
        int at = text.startsWith("-") ? 1 : 0;
        int end = digits(text, at);
        boolean leadingZero = end - at > 1 && text.charAt(at) == '0';
        if (end == at || end - at > MAX_WHOLE_DIGITS || leadingZero) {
            return false;
        }
        at = end;
        if (at < text.length() && text.charAt(at) == '.') {
            end = digits(text, at + 1);
            if (end == at + 1 || end - at - 1 > MAX_FRACTION_DIGITS) {
                return false;
            }
            at = end;
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            boolean signed = at + 1 < text.length() && "+-".indexOf(text.charAt(at + 1)) >= 0;
            int from = at + (signed ? 2 : 1);
            end = digits(text, from);
            if (end == from || end - from > MAX_EXPONENT_DIGITS) {
                return false;
            }
            at = end;
        }
        return at == text.length();
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    static void quote(String text, Appendable out) throws IOException {
        out.append('"');
        if (isPlain(text)) {
            out.append(text).append('"');
            return;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7F || c == '\u2028' || c == '\u2029') {
                out.append(String.format("\\u%04x", (int) c));
            } else if (isLoneSurrogate(text, i)) {
                out.append('\uFFFD');
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** Most texts: they are taken over in one piece. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLoneSurrogate(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c)
                && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    MalformedDicomException malformed(String what, int tag) {
        return new MalformedDicomException("JSON: " + what, tag, position);
    }

    private void advance() throws IOException {
        next = in.read();
        if (next != END && ++position > maxChars) {
            throw malformed("longer than " + maxChars + " characters", 0);
        }
    }

    private void skipSpace() throws IOException {
        while (next == ' ' || next == '\t' || next == '\r' || next == '\n') {
            advance();
        }
    }

    /** The next character that is not space, or -1; stays. */
    int peek() throws IOException {
        skipSpace();
        return next;
    }

    void expect(char c) throws IOException {
        if (peek() != c) {
            throw malformed("expected " + c, 0);
        }
        advance();
    }

    /** Takes a comma and returns true, or takes the closing character and returns false. */
    boolean more(char close) throws IOException {
        if (peek() == ',') {
            advance();
            return true;
        }
        expect(close);
        return false;
    }

    /** Takes the character if it comes next. */
    boolean take(char c) throws IOException {
        if (peek() != c) {
            return false;
        }
        advance();
        return true;
    }

    String string() throws IOException {
        expect('"');
        token.setLength(0);
        while (next != '"') {
            if (next < 0x20) {
                throw malformed("unfinished string", 0);
            }
            int c = next;
            advance();
            token.append(c == '\\' ? escape() : (char) c);
            if (token.length() > maxStringChars) {
                throw malformed("string longer than " + maxStringChars, 0);
            }
        }
        advance();
        return token.toString();
    }

    private char escape() throws IOException {
        int c = next;
        advance();
        switch (c) {
            case '"', '\\', '/':
                return (char) c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = next < 0x80 ? Character.digit(next, 16) : -1;
                    if (digit < 0) {
                        throw malformed("broken escape", 0);
                    }
                    code = code << 4 | digit;
                    advance();
                }
                return (char) code;
            default:
                throw malformed("unknown escape", 0);
        }
    }

    /** A number as it stands, or {@code null}, {@code true}, {@code false}. */
    String literal() throws IOException {
        skipSpace();
        token.setLength(0);
        while (next > 0x20 && ",]}:\"".indexOf(next) < 0 && token.length() < MAX_LITERAL_CHARS) {
            token.append((char) next);
            advance();
        }
        return token.toString();
    }

    private static final int MAX_LITERAL_CHARS = 100;
}
