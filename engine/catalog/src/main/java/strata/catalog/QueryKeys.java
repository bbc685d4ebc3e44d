package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Element;
import strata.dicom.Tag;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A query taken apart: the conditions of each level, and the keys to be returned. Keys of levels
 * below the query's and keys that are not supported neither match nor come back, PS3.4 C.2.2.1.3.
 */
final class QueryKeys {
    private final Map<QueryLevel, List<Condition>> conditions = new EnumMap<>(QueryLevel.class);
    private final QueryLevel level;
    private final DataSet identifier;
    private final Conditions matching;

    QueryKeys(QuerySpec spec) {
        this.level = spec.level();
        this.identifier = spec.identifier();
        this.matching = Conditions.of(spec);
        for (QueryLevel each : QueryLevel.values()) {
            conditions.put(each, new ArrayList<>());
        }
        Set<Integer> done = new HashSet<>();
        if (spec.options().combinedDateTime()) {
            combine(done);
        }
        for (Element key : identifier.elements()) {
            Optional<QueryLevel> of = levelOf(key.tag());
            if (of.isPresent() && isMatched(key.tag()) && !done.contains(key.tag())) {
                matching.of(identifier, key).ifPresent(conditions.get(of.get())::add);
            }
        }
    }

    private void combine(Set<Integer> done) {
        Conditions.TIME_OF_DATE.forEach((date, time) -> {
            Optional<String> dates = identifier.string(date).filter(text -> text.contains("-"));
            Optional<String> times = identifier.string(time).filter(text -> text.contains("-"));
            Optional<QueryLevel> of = levelOf(date);
            if (of.isPresent() && dates.isPresent() && times.isPresent()) {
                conditions
                        .get(of.get())
                        .add(Conditions.ofDateAndTime(date, dates.get(), time, times.get()));
                done.add(date);
                done.add(time);
            }
        });
    }

    /** Counts and availability are told, never matched; an offset says how to read other keys. */
    private static boolean isMatched(int tag) {
        return tag != Tag.NumberOfPatientRelatedStudies
                && tag != Tag.NumberOfPatientRelatedSeries
                && tag != Tag.NumberOfPatientRelatedInstances
                && tag != Tag.NumberOfStudyRelatedSeries
                && tag != Tag.NumberOfStudyRelatedInstances
                && tag != Tag.NumberOfSeriesRelatedInstances
                && tag != Tag.StorageMediaFileSetID
                && tag != Tag.StorageMediaFileSetUID
                && tag != Tag.TimezoneOffsetFromUTC;
    }

    boolean isUniversal() {
        return conditions.values().stream().allMatch(List::isEmpty);
    }

    static boolean hasUnsupported(QuerySpec spec) {
        for (Element key : spec.identifier().elements()) {
            if (!isSupported(spec, key)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSupported(QuerySpec spec, Element key) {
        int tag = key.tag();
        if (Tag.isGroupLength(tag)
                || tag == Tag.SpecificCharacterSet
                || tag == Tag.QueryRetrieveLevel
                || tag == Tag.InstanceAvailability) {
            return true;
        }
        if (tag == Tag.TimezoneOffsetFromUTC) {
            return key.isEmpty() || spec.options().timezone();
        }
        boolean there = tag == Tag.RetrieveAETitle
                || isStorageMedia(tag)
                || IndexKeys.level(tag)
                        .filter(of -> of.compareTo(spec.level()) <= 0)
                        .isPresent();
        return there && (key.isEmpty() || tag != Tag.RetrieveAETitle && isMatched(tag));
    }

    /** The level whose entity has the key in this query. */
    private Optional<QueryLevel> levelOf(int tag) {
        if (tag == Tag.InstanceAvailability) {
            return Optional.of(level);
        }
        return IndexKeys.level(tag).filter(of -> of.compareTo(level) <= 0);
    }

    /** Whether the entity of a level meets all keys of that level. */
    boolean match(QueryLevel of, DataSet data) {
        for (Condition condition : conditions.get(of)) {
            if (!condition.test(data)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the entity meets one key; true for a key without a value. */
    boolean meets(int tag, DataSet data) {
        return identifier
                .element(tag)
                .flatMap(key -> matching.of(identifier, key))
                .map(condition -> condition.test(data))
                .orElse(true);
    }

    boolean asks(int tag) {
        return identifier.contains(tag);
    }

    /** Whether any count over a whole patient is to be returned. */
    boolean asksForPatientCounts() {
        return asks(Tag.NumberOfPatientRelatedStudies)
                || asks(Tag.NumberOfPatientRelatedSeries)
                || asks(Tag.NumberOfPatientRelatedInstances);
    }

    /** Puts the keys asked for into the answer; those without a value empty, PS3.4 C.4.1.1.3.2. */
    void answer(Map<QueryLevel, DataSet> data, DataSet to) {
        for (Element key : identifier.elements()) {
            int tag = key.tag();
            Optional<QueryLevel> of = levelOf(tag);
            Optional<Element> found = of.map(data::get).flatMap(entity -> entity.element(tag));
            if (found.isPresent()) {
                to.put(projected(key, found.get()));
            } else if (of.isPresent() || isStorageMedia(tag)) {
                to.putEmpty(tag, identifier.vr(tag));
            }
        }
    }

    private static boolean isStorageMedia(int tag) {
        return tag == Tag.StorageMediaFileSetID || tag == Tag.StorageMediaFileSetUID;
    }

    /**
     * Of a sequence the items that match, with what the item in the query asks for, when there is
     * one; PS3.4 C.2.2.2.6.
     */
    private Element projected(Element key, Element found) {
        if (!(key instanceof Element.Items wanted) || !(found instanceof Element.Items items)) {
            return found;
        }
        if (wanted.items().isEmpty() || wanted.items().get(0).isEmpty()) {
            return found;
        }
        DataSet asked = wanted.items().get(0);
        Optional<Condition> condition = matching.ofItem(asked);
        List<DataSet> projected = new ArrayList<>();
        for (DataSet item : items.items()) {
            if (condition.isEmpty() || condition.get().test(item)) {
                DataSet out = new DataSet();
                for (Element inner : asked.elements()) {
                    out.put(item.element(inner.tag())
                            .map(element -> projected(inner, element))
                            .orElseGet(() -> new DataSet()
                                    .putEmpty(inner.tag(), inner.vr())
                                    .element(inner.tag())
                                    .orElseThrow()));
                }
                projected.add(out);
            }
        }
        return new Element.Items(found.tag(), projected);
    }
}
