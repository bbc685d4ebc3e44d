package strata.dicom;

import java.text.Normalizer;
import java.util.Locale;

/**
 * A person name, PS3.5 6.2.1: up to three component groups, each of family, given, middle, prefix
 * and suffix separated by carets. A group that is absent is empty.
 */
public record PersonName(String alphabetic, String ideographic, String phonetic) {
    private static final int COMPONENTS = 5;

    public static PersonName parse(String text) {
        String[] groups = text.split("=", -1);
        return new PersonName(group(groups, 0), group(groups, 1), group(groups, 2));
    }

    /** Empty components at the end do not count, PS3.5 6.2.1.1. */
    private static String group(String[] groups, int index) {
        if (index >= groups.length) {
            return "";
        }
        String group = groups[index].strip();
        int end = group.length();
        while (end > 0 && (group.charAt(end - 1) == '^' || group.charAt(end - 1) == ' ')) {
            end--;
        }
        return group.substring(0, end);
    }

    /** Family, given, middle, prefix, suffix of a group: always five, absent ones empty. */
    public static String[] components(String group) {
        String[] found = group.split("\\^", COMPONENTS);
        String[] all = new String[COMPONENTS];
        for (int i = 0; i < COMPONENTS; i++) {
            all[i] = i < found.length ? found[i].strip() : "";
        }
        return all;
    }

    public boolean isEmpty() {
        return alphabetic.isEmpty() && ideographic.isEmpty() && phonetic.isEmpty();
    }

    /**
     * Text as it is compared in queries: without case, accents, width variants, and repeated
     * spaces. Carets, equals signs and wildcards stay.
     */
    public static String normalised(String text) {
        // Compatibility forms fold full-width letters and half-width kana as well.
        String decomposed = Normalizer.normalize(text, Normalizer.Form.NFKD);
        StringBuilder out = new StringBuilder(decomposed.length());
        boolean space = false;
        for (int i = 0; i < decomposed.length(); i++) {
            char c = decomposed.charAt(i);
            int type = Character.getType(c);
            boolean accent = type == Character.NON_SPACING_MARK && c < '\u0370' && c >= '\u0300';
            if (accent) {
                continue;
            }
            if (c == ' ') {
                space = !out.isEmpty();
            } else {
                if (space && c != '^' && c != '=' && out.charAt(out.length() - 1) != '^') {
                    out.append(' ');
                }
                space = false;
                out.append(c);
            }
        }
        String lower = out.toString().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(foldLetters(lower), Normalizer.Form.NFC);
    }

    /** Letters whose stroke or ligature Unicode does not decompose. */
    private static String foldLetters(String lower) {
        StringBuilder out = new StringBuilder(lower.length());
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            switch (c) {
                case '\u0142' -> out.append('l');
                case '\u00f8' -> out.append('o');
                case '\u0111' -> out.append('d');
                case '\u0127' -> out.append('h');
                case '\u0131' -> out.append('i');
                case '\u00e6' -> out.append("ae");
                case '\u0153' -> out.append("oe");
                case '\u00df' -> out.append("ss");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    /** The whole name with its groups, as it would be written. */
    @Override
    public String toString() {
        String text = alphabetic + "=" + ideographic + "=" + phonetic;
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        return text.substring(0, end);
    }
}
