package strata.base;

/**
 * A DICOM unique identifier, PS3.5 9.1: 1 to 64 characters, digits and dots.
 *
 * <p>Components with leading zeros break the standard but occur in real archives; they are kept,
 * since a UID is only ever compared. A UID never becomes part of a file path.
 */
public record Uid(String value) implements Comparable<Uid> {
    public static final int MAX_LENGTH = 64;

    public Uid {
        String fault = faultIn(value);
        if (fault != null) {
            throw new IllegalArgumentException("UID " + fault + ": " + Printable.of(value));
        }
    }

    /** Whether the text is a UID that this class accepts. */
    public static boolean isValid(String value) {
        return faultIn(value) == null;
    }

    private static String faultIn(String value) {
        if (value == null || value.isEmpty()) {
            return "is empty";
        }
        if (value.length() > MAX_LENGTH) {
            return "is longer than " + MAX_LENGTH + " characters";
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return "has a character other than digits and dots";
            }
        }
        if (value.charAt(0) == '.'
                || value.charAt(value.length() - 1) == '.'
                || value.contains("..")) {
            return "has an empty component";
        }
        return null;
    }

    @Override
    public int compareTo(Uid other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
