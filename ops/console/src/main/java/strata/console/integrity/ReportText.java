package strata.console.integrity;

import java.util.List;

/** The report as plain text and as a page that needs nothing but itself. */
final class ReportText {
    private static final String TITLE = "Strata integrity report";
    private static final String STYLE = "body{font:15px/1.5 sans-serif;max-width:75em;margin:2em"
            + " auto;padding:0 1em;color:#222}table{border-collapse:collapse;margin:.5em 0}th,td"
            + "{border:1px solid #bbb;padding:.2em .6em;text-align:left;vertical-align:top}"
            + "td{font-variant-numeric:tabular-nums;overflow-wrap:anywhere}th{background:#eee}"
            + ".concern{color:#a00}p{max-width:60em}@media print{body{margin:0}}";

    private ReportText() {}

    static String plain(IntegrityReport report) {
        StringBuilder out = new StringBuilder(TITLE + "\n\n");
        for (ReportSection section : ReportSection.of(report)) {
            out.append(section.title()).append('\n');
            out.append("-".repeat(section.title().length())).append('\n');
            List<Integer> widths = section.widths();
            if (!section.header().isEmpty() && !section.rows().isEmpty()) {
                row(out, section.header(), widths);
            }
            section.rows().forEach(row -> row(out, row, widths));
            section.remarked().ifPresent(remark -> out.append(remark).append('\n'));
            out.append('\n');
        }
        return out.toString();
    }

    private static void row(StringBuilder out, List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line.append(cells.get(i));
            if (i + 1 < cells.size()) {
                line.append(" ".repeat(widths.get(i) - cells.get(i).length() + 2));
            }
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }

    static String page(IntegrityReport report) {
        StringBuilder out = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head>"
                + "<meta charset=\"utf-8\"><title>" + TITLE + "</title><style>" + STYLE
                + "</style></head><body>\n<h1>" + TITLE + "</h1>\n");
        for (ReportSection section : ReportSection.of(report)) {
            out.append("<h2>").append(safe(section.title())).append("</h2>\n");
            if (!section.rows().isEmpty()) {
                out.append("<table>");
                cells(out, section.header(), "th");
                section.rows().forEach(row -> cells(out, row, "td"));
                out.append("</table>\n");
            }
            section.remarked()
                    .ifPresent(remark -> out.append("<p>").append(safe(remark)).append("</p>\n"));
        }
        return out.append("</body></html>\n").toString();
    }

    private static void cells(StringBuilder out, List<String> cells, String tag) {
        if (cells.isEmpty()) {
            return;
        }
        out.append("<tr>");
        for (String cell : cells) {
            out.append('<').append(tag).append('>').append(safe(cell));
            out.append("</").append(tag).append('>');
        }
        out.append("</tr>\n");
    }

    private static String safe(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
