package strata.policy.language;

import org.snakeyaml.engine.v2.common.ScalarStyle;

/**
 * Finds where in the file each character of a scalar's value was written, through quotes, escapes,
 * folding and indentation, so that an error inside an expression names its real line and column.
 */
final class ScalarText {
    private final int[] file;
    private final int start;
    private final int end;
    private final ScalarStyle style;

    /**
     * @param file code points of the whole file
     * @param start index of the scalar's first character, a quote or block sign included
     */
    ScalarText(int[] file, int start, int end, ScalarStyle style) {
        this.file = file;
        this.start = start;
        this.end = Math.min(end, file.length);
        this.style = style;
    }

    /** The place of the code point at the offset of the value; its end is allowed. */
    Position position(String value, int offset) {
        int[] wanted = value.codePoints().toArray();
        int at = bodyStart();
        for (int i = 0; i < wanted.length && i < offset; i++) {
            at = after(at(at, wanted[i]), wanted[i]);
        }
        int here = offset < wanted.length ? at(at, wanted[offset]) : at;
        return positionOf(file, Math.min(here, end));
    }

    /** Line and column of an index into the file. */
    static Position positionOf(int[] file, int index) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < index && i < file.length; i++) {
            if (file[i] == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return new Position(line, column);
    }

    private int bodyStart() {
        return switch (style) {
            case SINGLE_QUOTED, DOUBLE_QUOTED -> start + 1;
            case LITERAL, FOLDED -> {
                int at = start;
                while (at < end && file[at] != '\n') {
                    at++;
                }
                yield at + 1;
            }
            case PLAIN, JSON_SCALAR_STYLE -> start;
        };
    }

    /** The index at or after {@code from} where the value's character was written. */
    private int at(int from, int wanted) {
        int at = from;
        while (at < end) {
            int c = file[at];
            if (style == ScalarStyle.DOUBLE_QUOTED && c == '\\') {
                if (at + 1 < end && isLineBreak(file[at + 1])) {
                    at += 2;
                    continue;
                }
                return at;
            }
            if (c == wanted || isLineBreak(c) && isSpace(wanted)) {
                return at;
            }
            if (!isSpace(c)) {
                return at;
            }
            at++;
        }
        return at;
    }

    /** The index after the character that was written at {@code at}. */
    private int after(int at, int value) {
        if (at >= end) {
            return end;
        }
        int c = file[at];
        if (style == ScalarStyle.SINGLE_QUOTED && c == '\'' && value == '\'') {
            return at + 2;
        }
        if (style == ScalarStyle.DOUBLE_QUOTED && c == '\\') {
            return at + escapeLength(at);
        }
        if (isSpace(value) && !isSpace(c)) {
            return at;
        }
        if (!isLineBreak(c)) {
            return at + 1;
        }
        return style == ScalarStyle.LITERAL ? at + 1 : afterFold(at);
    }

    private int afterFold(int at) {
        int next = at + 1;
        while (next < end && isSpace(file[next]) && file[next] != '\n') {
            next++;
        }
        return next;
    }

    private int escapeLength(int at) {
        return switch (at + 1 < end ? file[at + 1] : ' ') {
            case 'x' -> 4;
            case 'u' -> 6;
            case 'U' -> 10;
            default -> 2;
        };
    }

    private static boolean isLineBreak(int c) {
        return c == '\n' || c == '\r';
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == '\t' || isLineBreak(c);
    }
}
