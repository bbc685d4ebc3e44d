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

    QueryKeys(QuerySpec spec) {
        this.level = spec.level();
        this.identifier = spec.identifier();
        for (QueryLevel each : QueryLevel.values()) {
            conditions.put(each, new ArrayList<>());
        }
        Set<Integer> done = new HashSet<>();
        if (spec.combinedDateTime()) {
            combine(done);
        }
        for (Element key : identifier.elements()) {
            Optional<QueryLevel> of = levelOf(key.tag());
            if (of.isPresent() && isMatched(key.tag()) && !done.contains(key.tag())) {
                Condition.of(identifier, key).ifPresent(conditions.get(of.get())::add);
            }
        }
    }

    private void combine(Set<Integer> done) {
        Condition.TIME_OF_DATE.forEach((date, time) -> {
            Optional<String> dates = identifier.string(date).filter(text -> text.contains("-"));
            Optional<String> times = identifier.string(time).filter(text -> text.contains("-"));
            Optional<QueryLevel> of = levelOf(date);
            if (of.isPresent() && dates.isPresent() && times.isPresent()) {
                conditions
                        .get(of.get())
                        .add(Condition.ofDateAndTime(date, dates.get(), time, times.get()));
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

    /** Of the items of a sequence only what the item in the query asks for, when there is one. */
    private static Element projected(Element key, Element found) {
        if (!(key instanceof Element.Items wanted) || !(found instanceof Element.Items items)) {
            return found;
        }
        if (wanted.items().isEmpty() || wanted.items().get(0).isEmpty()) {
            return found;
        }
        DataSet asked = wanted.items().get(0);
        List<DataSet> projected = new ArrayList<>();
        for (DataSet item : items.items()) {
            DataSet out = new DataSet();
            for (Element inner : asked.elements()) {
                item.element(inner.tag()).ifPresent(element -> out.put(projected(inner, element)));
            }
            projected.add(out);
        }
        return new Element.Items(found.tag(), projected);
    }
}
