package strata.catalog;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Dictionary;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The conditions that the keys of a query stand for, PS3.4 C.2.2.2, under some options. */
final class Conditions {
    /** Asks for what has no value, PS3.4 C.2.2.2.7. */
    static final String EMPTY = "\"\"";

    /** Time keys that belong to a date key when both are matched as one moment. */
    static final Map<Integer, Integer> TIME_OF_DATE = Map.of(
            Tag.StudyDate, Tag.StudyTime,
            Tag.SeriesDate, Tag.SeriesTime,
            Tag.AcquisitionDate, Tag.AcquisitionTime,
            Tag.ContentDate, Tag.ContentTime,
            Tag.PatientBirthDate, Tag.PatientBirthTime,
            Tag.InstanceCreationDate, Tag.InstanceCreationTime,
            Tag.PresentationCreationDate, Tag.PresentationCreationTime,
            Tag.PerformedProcedureStepStartDate, Tag.PerformedProcedureStepStartTime,
            Tag.ScheduledProcedureStepStartDate, Tag.ScheduledProcedureStepStartTime);

    private final MatchOptions options;
    private final ZoneOffset zone;

    /** @param zone where date-times without an offset count */
    Conditions(MatchOptions options, ZoneOffset zone) {
        this.options = options;
        this.zone = zone;
    }

    static Conditions of(QuerySpec spec) {
        return new Conditions(spec.options(), spec.timezone().orElse(ZoneOffset.UTC));
    }

    /** The condition of a key; empty for universal matching, PS3.4 C.2.2.2.3. */
    Optional<Condition> of(DataSet identifier, Element key) {
        int tag = key.tag();
        if (key instanceof Element.Items items) {
            return ofSequence(tag, items.items());
        }
        List<String> wanted = identifier.strings(tag).stream()
                .filter(value -> !value.isEmpty())
                .toList();
        if (wanted.isEmpty() || wanted.stream().anyMatch(Conditions::isAnything)) {
            return Optional.empty();
        }
        boolean empty = options.emptyValues() && wanted.contains(EMPTY);
        Predicate<String> any = none -> false;
        for (String value : wanted) {
            if (empty && value.equals(EMPTY)) {
                continue;
            }
            Optional<Predicate<String>> one = ofValue(Dictionary.vr(tag), value);
            if (one.isEmpty()) {
                return Optional.empty();
            }
            any = any.or(one.get());
        }
        Predicate<String> matching = any;
        return Optional.of(data -> {
            List<String> values = values(data, tag);
            return values.stream().anyMatch(matching)
                    || empty && values.stream().allMatch(String::isEmpty);
        });
    }

    /** Asterisks alone match any value and none, PS3.4 C.2.2.2.4. */
    static boolean isAnything(String wanted) {
        return !wanted.isEmpty() && wanted.chars().allMatch(c -> c == '*');
    }

    /** All values; of keys with an index the first, which is the one that is indexed. */
    private static List<String> values(DataSet data, int tag) {
        return QueryPlanner.isIndexed(tag) ? data.string(tag).stream().toList() : data.strings(tag);
    }

    private Optional<Predicate<String>> ofValue(Vr vr, String wanted) {
        return switch (vr) {
            case DA -> ofDate(wanted);
            case TM -> ofTime(wanted);
            case DT -> ofMoment(wanted);
            case PN -> {
                NamePattern pattern = new NamePattern(wanted);
                if (pattern.isUniversal()) {
                    yield Optional.empty();
                }
                yield Optional.of(options.fuzzyNames() ? new FuzzyName(wanted) : pattern::matches);
            }
            case IS, DS -> Optional.of(value -> sameNumber(wanted, value));
            case AE, CS, LO, LT, SH, ST, UC, UR, UT ->
                Wildcard.isIn(wanted)
                        ? Optional.of(value -> Wildcard.matches(wanted, value))
                        : Optional.of(wanted::equals);
            case AS, AT, FD, FL, OB, OD, OF, OL, OV, OW, SL, SQ, SS, SV, UI, UL, UN, US, UV ->
                Optional.of(wanted::equals);
        };
    }

    private static boolean sameNumber(String wanted, String value) {
        if (wanted.equals(value)) {
            return true;
        }
        try {
            return new BigDecimal(wanted.strip()).compareTo(new BigDecimal(value.strip())) == 0;
        } catch (NumberFormatException expected) {
            return false;
        }
    }

    private static Optional<Predicate<String>> ofDate(String wanted) {
        Span span = Span.of(wanted);
        if (span.isUniversal()) {
            return Optional.empty();
        }
        String from = DateTimeText.date(span.from());
        String to = DateTimeText.date(span.to());
        if (wanted.indexOf('-') < 0) {
            return Optional.of(value -> DateTimeText.date(value).equals(from));
        }
        return Optional.of(value -> {
            String date = DateTimeText.date(value);
            return DateTimeText.isDate(date)
                    && (from.isEmpty() || date.compareTo(from) >= 0)
                    && (to.isEmpty() || date.compareTo(to) <= 0);
        });
    }

    private static Optional<Predicate<String>> ofTime(String wanted) {
        Span span = Span.of(wanted);
        if (span.isUniversal()) {
            return Optional.empty();
        }
        Optional<String> from = DateTimeText.timeStart(span.from());
        Optional<String> to = DateTimeText.timeEnd(span.to());
        return Optional.of(value -> {
            Optional<String> time = DateTimeText.timeStart(value);
            return time.isPresent()
                    && (span.from().isEmpty() || isOrdered(from, time))
                    && (span.to().isEmpty() || isOrdered(time, to));
        });
    }

    private Optional<Predicate<String>> ofMoment(String wanted) {
        Span span = Span.ofMoments(wanted);
        if (span.isUniversal()) {
            return Optional.empty();
        }
        Optional<LocalDateTime> from = DateTimeText.momentStart(span.from(), zone);
        Optional<LocalDateTime> to = DateTimeText.momentEnd(span.to(), zone);
        return Optional.of(value -> {
            Optional<LocalDateTime> moment = DateTimeText.momentStart(value, zone);
            return moment.isPresent()
                    && (span.from().isEmpty() || isOrdered(from, moment))
                    && (span.to().isEmpty() || isOrdered(moment, to));
        });
    }

    private static <T extends Comparable<? super T>> boolean isOrdered(
            Optional<T> first, Optional<T> second) {
        return first.isPresent() && second.isPresent() && first.get().compareTo(second.get()) <= 0;
    }

    /** A date key and its time key as one range of moments. */
    static Condition ofDateAndTime(int dateTag, String dates, int timeTag, String times) {
        Span date = Span.of(dates);
        Span time = Span.of(times);
        String from = date.from().isEmpty()
                ? ""
                : DateTimeText.date(date.from())
                        + DateTimeText.timeStart(time.from()).orElse("000000000000");
        String to = date.to().isEmpty()
                ? ""
                : DateTimeText.date(date.to())
                        + DateTimeText.timeEnd(time.to()).orElse("235959999999");
        return data -> {
            String day = data.string(dateTag).map(DateTimeText::date).orElse("");
            Optional<String> hour = data.string(timeTag).flatMap(DateTimeText::timeStart);
            if (!DateTimeText.isDate(day) || hour.isEmpty()) {
                return false;
            }
            String moment = day + hour.get();
            return (from.isEmpty() || moment.compareTo(from) >= 0)
                    && (to.isEmpty() || moment.compareTo(to) <= 0);
        };
    }

    /**
     * Sequence matching, PS3.4 C.2.2.2.6: some item meets all keys of the one item of the query.
     */
    private Optional<Condition> ofSequence(int tag, List<DataSet> items) {
        return items.isEmpty()
                ? Optional.empty()
                : ofItem(items.get(0))
                        .map(matching -> data -> data.items(tag).stream().anyMatch(matching));
    }

    /** What the item of a sequence in a query asks of an item; empty when any will do. */
    Optional<Condition> ofItem(DataSet wanted) {
        Condition all = null;
        for (Element key : wanted.elements()) {
            Optional<Condition> one = of(wanted, key);
            if (one.isPresent()) {
                Condition before = all;
                Condition next = one.get();
                all = before == null ? next : data -> before.test(data) && next.test(data);
            }
        }
        return Optional.ofNullable(all);
    }

    /** The valid UIDs of a list in a key; empty for universal matching. */
    static Optional<Set<Uid>> uids(DataSet identifier, int tag) {
        Set<Uid> uids = new TreeSet<>();
        boolean any = false;
        for (String value : identifier.strings(tag)) {
            any |= !value.isEmpty();
            if (isAnything(value)) {
                return Optional.empty();
            }
            if (Uid.isValid(value)) {
                uids.add(new Uid(value));
            }
        }
        return any ? Optional.of(uids) : Optional.empty();
    }
}
