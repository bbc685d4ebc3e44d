package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A list of the server's as a table: what each column shows of an element. Headings that begin with
 * {@code >} stand to the right. Not thread-safe.
 */
final class Table {
    private final List<String> headings = new ArrayList<>();
    private final List<Function<JsonNode, String>> cells = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    /** A field as it came, made safe for a terminal. */
    Table text(String heading, String field) {
        return column(heading, each -> each.path(field).asText());
    }

    /** A field that may be missing or null, which is a dash. */
    Table optional(String heading, String field) {
        return column(heading, each -> each.hasNonNull(field) ? each.path(field).asText() : "-");
    }

    /** A number of bytes. */
    Table bytes(String heading, String field) {
        return column(heading, each -> Text.bytes(each.path(field).asLong()));
    }

    /** A count. */
    Table count(String heading, String field) {
        return column(
                heading,
                each -> String.format(Locale.ROOT, "%,d", each.path(field).asLong()));
    }

    Table column(String heading, Function<JsonNode, String> cell) {
        headings.add(heading);
        cells.add(cell);
        return this;
    }

    Table add(JsonNode element) {
        rows.add(cells.stream().map(cell -> Text.safe(cell.apply(element))).toList());
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    List<String> lines() {
        return Text.table(headings, rows);
    }
}
