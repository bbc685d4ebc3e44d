package strata.hl7;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The first segment, MSH, as it stands in the message: nothing is unescaped, so that its values can
 * be given back as they are.
 *
 * @param separator between fields, MSH-1
 * @param encoding component, repetition, escape and subcomponent separators, MSH-2
 * @param fields MSH-3 and on; index 0 is MSH-3
 * @param charset what MSH-18 says
 */
record Header(char separator, String encoding, List<String> fields, Charset charset) {
    private static final Pattern WORD = Pattern.compile("[A-Z0-9]{3}");
    private static final int LONGEST_ECHO = 227;
    private static final int MSH_3 = 3;

    Header {
        fields = List.copyOf(fields);
    }

    /** For an answer to what has no header. */
    static Header none(Charset charset) {
        return new Header('|', "^~\\&", List.of(), charset);
    }

    /**
     * @param segment the text before the first segment separator
     * @throws Hl7Exception when it is no MSH, or its separators cannot be told apart
     */
    static Header of(String segment, Charset charset) throws Hl7Exception {
        if (!segment.startsWith("MSH") || segment.length() < 8) {
            throw new Hl7Exception(ErrorCode.SEGMENT_SEQUENCE, "the message begins with no MSH");
        }
        char separator = segment.charAt(3);
        int end = segment.indexOf(separator, 4);
        String encoding = segment.substring(4, end < 0 ? segment.length() : end);
        String all = separator + encoding;
        boolean sound = encoding.length() >= 4
                && encoding.length() <= 5
                && all.chars().distinct().count() == all.length()
                && all.chars().allMatch(c -> c > 0x20 && c < 0x7f && !isWord(c));
        if (!sound) {
            throw new Hl7Exception(
                    ErrorCode.DATA_TYPE, "MSH-1 and MSH-2 are not five or six separators");
        }
        List<String> fields = new ArrayList<>();
        for (int from = end; from >= 0 && fields.size() < 32; ) {
            int next = segment.indexOf(separator, from + 1);
            fields.add(segment.substring(from + 1, next < 0 ? segment.length() : next));
            from = next;
        }
        return new Header(separator, encoding, fields, charset);
    }

    private static boolean isWord(int c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    /** A field as it stands there, at most as long as a header field may be; empty when missing. */
    String field(int number) {
        int index = number - MSH_3;
        if (index < 0 || index >= fields.size()) {
            return "";
        }
        String value = fields.get(index);
        return value.length() <= LONGEST_ECHO ? value : value.substring(0, LONGEST_ECHO);
    }

    /** A component of a field, counted from 1. */
    String component(int number, int component) {
        String[] parts = field(number).split(Pattern.quote(encoding.substring(0, 1)), -1);
        return component <= parts.length ? parts[component - 1] : "";
    }

    char componentSeparator() {
        return encoding.charAt(0);
    }

    String controlId() {
        return field(10);
    }

    /** The message code, as ADT; other than three letters or digits: empty. */
    String type() {
        return word(component(9, 1));
    }

    /** The trigger event, as A40. */
    String trigger() {
        return word(component(9, 2));
    }

    private static String word(String text) {
        return WORD.matcher(text).matches() ? text : "";
    }
}
