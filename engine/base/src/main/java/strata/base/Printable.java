package strata.base;

/**
 * Text from outside, made safe for a log line or a message: control characters escaped, length
 * bounded.
 */
public final class Printable {
    public static final int MAX_LENGTH = 120;

    private Printable() {}

    /**
     * Returns the text in quotes with everything outside printable ASCII escaped, cut at
     * {@link #MAX_LENGTH}.
     */
    public static String of(String text) {
        if (text == null) {
            return "(none)";
        }
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 2).append('"');
        for (int i = 0; i < text.length() && i < MAX_LENGTH; i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append(text.length() > MAX_LENGTH ? "\"..." : "\"").toString();
    }

    /**
     * The text on one line: white space is one space, what cannot be seen or has no character is a
     * question mark, and it is cut at that many chars. What it returns it returns again.
     */
    public static String line(String text, int most) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), most));
        for (int c : text.replaceAll("[\\s\\p{Z}]+", " ").codePoints().toArray()) {
            int seen = isSeen(c) ? c : '?';
            if (out.length() + Character.charCount(seen) > most) {
                break;
            }
            out.appendCodePoint(seen);
        }
        return out.toString();
    }

    /**
     * Whether a code point shows and steers nothing: no control or format character, no separator
     * but the space, no lone surrogate, none without a character.
     */
    public static boolean isSeen(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
