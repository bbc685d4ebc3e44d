package strata.base;

/**
 * An application entity title, PS3.5 6.2 (VR AE): 1 to 16 characters of printable ASCII without a
 * backslash; leading and trailing spaces are not significant and are taken off.
 */
public record AeTitle(String value) implements Comparable<AeTitle> {
    public static final int MAX_LENGTH = 16;

    public AeTitle {
        value = value == null ? "" : value.strip();
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "AE title must have 1 to 16 characters: " + Printable.of(value));
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c > 0x7e || c == '\\') {
                throw new IllegalArgumentException(
                        "AE title has a forbidden character: " + Printable.of(value));
            }
        }
    }

    @Override
    public int compareTo(AeTitle other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
