package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Element;
import strata.dicom.Tag;

import java.util.Map;
import java.util.TreeMap;

/** Answers and questions as text that can be compared and shown. */
public final class QueryLines {
    private QueryLines() {}

    /** A question by its keys. */
    public static String show(QuerySpec spec) {
        DataSet identifier = spec.identifier();
        Map<String, String> keys = new TreeMap<>();
        identifier
                .elements()
                .forEach(e -> keys.put(
                        Tag.toString(e.tag()), identifier.strings(e.tag()).toString()));
        return spec.root() + " " + spec.level() + " " + spec.options() + " " + keys;
    }

    /** An answer: its unique key, and what was asked for. */
    public static String of(QuerySpec spec, DataSet answer) {
        Map<String, String> out = new TreeMap<>();
        for (Element key : spec.identifier().elements()) {
            if (key.tag() != Tag.SpecificCharacterSet && answer.contains(key.tag())) {
                out.put(Tag.toString(key.tag()), shown(answer, key));
            }
        }
        String unique = switch (spec.level()) {
            case PATIENT -> "";
            case STUDY -> answer.string(Tag.StudyInstanceUID).orElseThrow();
            case SERIES -> answer.string(Tag.SeriesInstanceUID).orElseThrow();
            case IMAGE -> answer.string(Tag.SOPInstanceUID).orElseThrow();
        };
        return unique + out;
    }

    private static String shown(DataSet answer, Element key) {
        return key instanceof Element.Items
                ? answer.items(key.tag()).stream()
                        .map(item -> item.strings(NaiveQuery.inner(key.tag())))
                        .toList()
                        .toString()
                : answer.strings(key.tag()).toString();
    }
}
