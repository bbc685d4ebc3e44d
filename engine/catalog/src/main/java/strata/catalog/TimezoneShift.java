package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Dictionary;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Timezone query adjustment, PS3.4 C.5.1.1: dates and times of an entity are turned from the zone
 * of its Timezone Offset From UTC to that of the query before they are compared and answered. An
 * entity that does not say its zone is taken to be in the query's. A date without its time, or a
 * time without its date, stays.
 */
final class TimezoneShift {
    private static final int DATE_DIGITS = 8;
    private static final int HOUR_DIGITS = 2;

    private final ZoneOffset to;

    TimezoneShift(ZoneOffset to) {
        this.to = to;
    }

    /** The zone that a data set's Timezone Offset From UTC names; empty without a valid one. */
    static Optional<ZoneOffset> offsetOf(DataSet data) {
        String text = data.string(Tag.TimezoneOffsetFromUTC).orElse("");
        if (!text.matches("[+-](0\\d|1[0-4])[0-5]\\d")) {
            return Optional.empty();
        }
        return Optional.of(ZoneOffset.of(text.substring(0, 3) + ":" + text.substring(3)));
    }

    /** Turns the values of an entity that are counted in a zone; in place. */
    void apply(DataSet data, Optional<ZoneOffset> from) {
        if (from.isEmpty()) {
            return;
        }
        if (!from.get().equals(to)) {
            for (Map.Entry<Integer, Integer> pair : Conditions.TIME_OF_DATE.entrySet()) {
                if (pair.getKey() != Tag.PatientBirthDate) {
                    shift(data, pair.getKey(), pair.getValue(), from.get());
                }
            }
            tellOffsets(data, from.get());
        }
        if (data.contains(Tag.TimezoneOffsetFromUTC)) {
            data.putString(Tag.TimezoneOffsetFromUTC, Vr.SH, text(to));
        }
    }

    private void shift(DataSet data, int dateTag, int timeTag, ZoneOffset from) {
        String date = DateTimeText.date(data.string(dateTag).orElse(""));
        String given = data.string(timeTag).orElse("").replace(":", "");
        Optional<String> time = DateTimeText.timeStart(given);
        if (!DateTimeText.isDate(date) || time.isEmpty()) {
            return;
        }
        int seconds = to.getTotalSeconds() - from.getTotalSeconds();
        try {
            LocalDateTime moment = LocalDate.parse(date, DateTimeFormatter.BASIC_ISO_DATE)
                    .atTime(LocalTime.parse(
                            time.get().substring(0, 4), DateTimeFormatter.ofPattern("HHmm")))
                    .plusSeconds(seconds);
            String minutes = moment.format(DateTimeFormatter.ofPattern("HHmm"));
            boolean hourOnly = given.length() == HOUR_DIGITS && minutes.endsWith("00");
            String rest = given.length() > 4 ? given.substring(4) : "";
            data.putString(dateTag, Vr.DA, moment.format(DateTimeFormatter.ofPattern("uuuuMMdd")));
            data.putString(
                    timeTag, Vr.TM, hourOnly ? minutes.substring(0, HOUR_DIGITS) : minutes + rest);
        } catch (DateTimeException expected) {
            // No date or time of any calendar: it can be told, not turned.
            return;
        }
    }

    /** Date-times carry their own offset: those that have none get that of the entity. */
    private static void tellOffsets(DataSet data, ZoneOffset from) {
        List<Element> moments = new ArrayList<>();
        for (Element element : data.elements()) {
            if (element.vr() == Vr.DT && Dictionary.vr(element.tag()) == Vr.DT) {
                moments.add(element);
            }
        }
        for (Element element : moments) {
            String[] told = data.strings(element.tag()).stream()
                    .map(value -> isBare(value) ? value + text(from) : value)
                    .toArray(String[]::new);
            data.putString(element.tag(), Vr.DT, told);
        }
    }

    private static boolean isBare(String value) {
        return value.length() >= DATE_DIGITS
                && DateTimeText.isMoment(value)
                && !DateTimeText.hasOffset(value);
    }

    private static String text(ZoneOffset offset) {
        return offset.equals(ZoneOffset.UTC) ? "+0000" : offset.getId().replace(":", "");
    }
}
