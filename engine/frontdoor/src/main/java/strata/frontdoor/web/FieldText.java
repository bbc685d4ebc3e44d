package strata.frontdoor.web;

import java.util.Optional;

/** Walks over a header field's value, RFC 9110 5.6: tokens, quoted strings, separators. */
final class FieldText {
    private static final String SEPARATORS = "()<>@,;:\\\"/[]?={} \t";

    private final String text;
    private int at;

    FieldText(String text) {
        this.text = text;
    }

    private void skipSpace() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    boolean isAtEnd() {
        skipSpace();
        return at == text.length();
    }

    /** Takes the separator if it comes next. */
    boolean take(char separator) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == separator) {
            at++;
            return true;
        }
        return false;
    }

    private static boolean isTokenChar(char c) {
        return c > 0x20 && c < 0x7F && SEPARATORS.indexOf(c) < 0;
    }

    /** The next token, empty when none comes. */
    String token() {
        skipSpace();
        int from = at;
        while (at < text.length() && isTokenChar(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    /** A parameter's value: quoted, or everything up to the next separator of parameters. */
    Optional<String> value() {
        skipSpace();
        if (take('"')) {
            return quotedString();
        }
        int from = at;
        while (at < text.length() && (isTokenChar(text.charAt(at)) || text.charAt(at) == '/')) {
            at++;
        }
        return from == at ? Optional.empty() : Optional.of(text.substring(from, at));
    }

    private Optional<String> quotedString() {
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return Optional.of(value.toString());
            }
            if (c == '\\' && at < text.length()) {
                c = text.charAt(at++);
            }
            value.append(c);
        }
        return Optional.empty();
    }

    /** The value as it stands in a field, quoted where it is no token. */
    static String quoted(String value) {
        boolean isToken = !value.isEmpty() && value.chars().allMatch(c -> isTokenChar((char) c));
        return isToken ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
