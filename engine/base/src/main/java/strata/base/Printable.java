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
}
