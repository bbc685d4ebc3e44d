package strata.frontdoor.web;

import strata.base.Uid;
import strata.catalog.IndexKeys;
import strata.catalog.MatchOptions;
import strata.catalog.QueryLevel;
import strata.catalog.QueryRoot;
import strata.catalog.QuerySpec;
import strata.dicom.DataSet;
import strata.dicom.Dictionary;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.network.http.HttpException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The parameters of a search, PS3.18 8.3.4: keys by keyword or tag, dotted into sequences; what
 * else is to be told; paging; ways of matching. Used once.
 */
final class QidoQuery {
    private static final int MAX_DEPTH = 8;

    private final QueryLevel level;
    private final DataSet keys = new DataSet().toUtf8();
    private final List<String> ignored = new ArrayList<>();
    private MatchOptions options = MatchOptions.PLAIN.withCombinedDateTime().withTimezone();
    private boolean multipleValues;
    private boolean all;
    private OptionalLong limit = OptionalLong.empty();
    private long offset;

    /** @throws HttpException 400 for a parameter that is none */
    QidoQuery(
            QueryLevel level,
            Optional<Uid> study,
            Optional<Uid> series,
            Map<String, List<String>> parameters)
            throws HttpException {
        this.level = level;
        multipleValues = flag("multiplevaluematching", parameters);
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            read(parameter.getKey(), parameter.getValue());
        }
        options = flag("fuzzymatching", parameters) ? options.withFuzzyNames() : options;
        options = flag("emptyvaluematching", parameters) ? options.withEmptyValues() : options;
        // The path decides: a key that says otherwise could only find nothing.
        study.ifPresent(uid -> narrow(Tag.StudyInstanceUID, uid));
        series.ifPresent(uid -> narrow(Tag.SeriesInstanceUID, uid));
        if (all) {
            IndexKeys.answered(level).forEach(tag -> QidoAttributes.addKey(tag, keys));
        }
        QidoAttributes.addDefaults(level, study.isPresent(), series.isPresent(), keys);
    }

    private void narrow(int tag, Uid uid) {
        List<String> asked = keys.strings(tag);
        boolean other = asked.stream().anyMatch(value -> !value.isEmpty() && !value.equals("*"))
                && !asked.contains(uid.value());
        // No UID: nothing has it.
        keys.putString(tag, Vr.UI, other ? "0.0" : uid.value());
    }

    private void read(String name, List<String> values) throws HttpException {
        switch (name) {
            case "accept",
                    "charset",
                    "fuzzymatching",
                    "emptyvaluematching",
                    "multiplevaluematching" -> {
                return; // read elsewhere
            }
            case "limit" -> limit = OptionalLong.of(number(name, values));
            case "offset" -> offset = number(name, values);
            case "includefield" -> {
                for (String value : values) {
                    for (String field : value.split(",")) {
                        include(field.strip());
                    }
                }
            }
            default -> match(name, values);
        }
    }

    private static boolean flag(String name, Map<String, List<String>> parameters)
            throws HttpException {
        String value = one(name, parameters.getOrDefault(name, List.of("false")));
        if (!value.equals("true") && !value.equals("false")) {
            throw new HttpException(400, name + " is true or false");
        }
        return value.equals("true");
    }

    private static long number(String name, List<String> values) throws HttpException {
        String value = one(name, values);
        if (!value.matches("\\d{1,9}")) {
            throw new HttpException(400, name + " is a whole number below 1000000000");
        }
        return Long.parseLong(value);
    }

    private static String one(String name, List<String> values) throws HttpException {
        if (values.size() != 1) {
            throw new HttpException(400, name + " is given once");
        }
        return values.get(0);
    }

    private void include(String field) throws HttpException {
        if (field.equals("all")) {
            all = true;
        } else if (!field.isEmpty()) {
            int[] path = path(field);
            DataSet item = enclosing(path, true);
            if (item != null) {
                QidoAttributes.addKey(path[path.length - 1], item);
            }
        }
    }

    private void match(String name, List<String> values) throws HttpException {
        int[] path = path(name);
        int tag = path[path.length - 1];
        DataSet item = enclosing(path, false);
        if (item.contains(tag) && !item.element(tag).orElseThrow().isEmpty()) {
            throw new HttpException(400, "an attribute is given by keyword and by tag: " + name);
        }
        put(item, tag, values);
        if (!isKnown(path[0])) {
            ignored.add(name);
        }
    }

    private boolean isKnown(int tag) {
        return tag == Tag.SpecificCharacterSet
                || !new QuerySpec(
                                QueryRoot.STUDY,
                                level,
                                new DataSet().put(keys.element(tag).orElseThrow()),
                                true)
                        .with(options)
                        .hasUnsupportedKeys();
    }

    /** The tags of an attribute id; unknown ones are the client's mistake. */
    private static int[] path(String name) throws HttpException {
        String[] parts = name.split("\\.", -1);
        int[] tags = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            OptionalInt tag = Dictionary.tag(parts[i]);
            boolean sequence = i < parts.length - 1;
            if (tag.isEmpty()
                    || parts.length > MAX_DEPTH
                    || sequence && Dictionary.vr(tag.getAsInt()) != Vr.SQ) {
                throw new HttpException(
                        400, "a query parameter is neither one of this service nor an attribute");
            }
            tags[i] = tag.getAsInt();
        }
        return tags;
    }

    /**
     * The data set, of the keys or of an item within, in which the last tag of a path stands.
     *
     * @param wholeIsEnough true gives null where the whole sequence is told already
     */
    private DataSet enclosing(int[] path, boolean wholeIsEnough) {
        DataSet at = keys;
        for (int i = 0; i < path.length - 1; i++) {
            List<DataSet> items = at.items(path[i]);
            if (items.isEmpty()) {
                if (wholeIsEnough && at.contains(path[i])) {
                    return null;
                }
                DataSet item = new DataSet();
                at.putItems(path[i], List.of(item));
                at = item;
            } else {
                at = items.get(0);
            }
        }
        return at;
    }

    private void put(DataSet item, int tag, List<String> given) throws HttpException {
        Vr vr = Dictionary.vr(tag);
        List<String> values = new ArrayList<>();
        for (String value : given) {
            values.addAll(split(vr, value));
        }
        if (vr == Vr.SQ) {
            if (!String.join("", values).isEmpty()) {
                throw new HttpException(400, "a sequence is matched by attributes within it");
            }
            item.putItems(tag, List.of());
        } else if (vr.isText()) {
            item.putString(tag, vr, values.toArray(new String[0]));
        } else if (String.join("", values).isEmpty()) {
            item.putEmpty(tag, vr);
        } else if (vr == Vr.US || vr == Vr.SS || vr == Vr.UL || vr == Vr.SL) {
            item.putInt(tag, vr, numbers(values));
        } else {
            throw new HttpException(400, "an attribute of VR " + vr + " is not matched");
        }
    }

    /** A comma is no character of a UID or of a CS, PS3.5 6.2, so that it parts them. */
    private List<String> split(Vr vr, String value) {
        if (vr == Vr.UI || vr == Vr.CS) {
            return Arrays.asList(value.split("[,\\\\]", -1));
        }
        return multipleValues && vr.backslashSeparated()
                ? Arrays.asList(value.split("\\\\", -1))
                : List.of(value);
    }

    private static int[] numbers(List<String> values) throws HttpException {
        try {
            return values.stream().mapToInt(Integer::parseInt).toArray();
        } catch (NumberFormatException e) {
            throw new HttpException(400, "an attribute is matched by whole numbers", e);
        }
    }

    QuerySpec spec() {
        return new QuerySpec(QueryRoot.STUDY, level, keys, true).with(options);
    }

    /** The most results that are wanted. */
    OptionalLong limit() {
        return limit;
    }

    long offset() {
        return offset;
    }

    /** Names of parameters that are not matched; never their values. */
    List<String> ignored() {
        return ignored;
    }
}
