package strata.cli;

import strata.base.Printable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers, tables and foreign text as people read them on a terminal. */
final class Text {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Text() {}

    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(
                        Locale.ROOT, value < 10 ? "%.2f %s" : "%.1f %s", value, UNITS[unit]);
    }

    static String seconds(double seconds) {
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 3600) {
            return String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
        }
        return String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
    }

    /**
     * Text from outside with everything escaped that could steer a terminal or break a line:
     * control and format characters, separators other than the space, and lone surrogates.
     */
    static String safe(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Printable.isSeen(c)) {
                out.appendCodePoint(c);
            } else if (c > 0xffff) {
                out.append(String.format("\\U%08x", c));
            } else {
                out.append(String.format("\\u%04x", c));
            }
        });
        return out.toString();
    }

    /** Columns under their headings; those whose heading starts with {@code >} to the right. */
    static List<String> table(List<String> headings, List<List<String>> rows) {
        int[] widths = new int[headings.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = heading(headings.get(i)).length();
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(headings, headings.stream().map(Text::heading).toList(), widths));
        rows.forEach(row -> lines.add(line(headings, row, widths)));
        return lines;
    }

    private static String heading(String heading) {
        return heading.startsWith(">") ? heading.substring(1) : heading;
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    private static String line(List<String> headings, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String gap = " ".repeat(widths[i] - width(cells.get(i)));
            boolean right = headings.get(i).startsWith(">");
            line.append(i == 0 ? "" : "  ");
            line.append(right ? gap + cells.get(i) : cells.get(i) + gap);
        }
        return line.toString().stripTrailing();
    }
}
