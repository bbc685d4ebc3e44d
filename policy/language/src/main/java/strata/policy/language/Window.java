package strata.policy.language;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * The times at which a rule may act: on the given days, from one time of day up to but not
 * including another. A window whose end is not after its start lasts into the next day and belongs
 * to the day on which it opens. From and to midnight means the whole day.
 */
public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
    public Window {
        if (days.isEmpty()) {
            throw new IllegalArgumentException("a window opens on at least one day");
        }
        days = Collections.unmodifiableSet(EnumSet.copyOf(days));
        Objects.requireNonNull(zone);
        if (from.equals(to) && !from.equals(LocalTime.MIDNIGHT)) {
            throw new IllegalArgumentException("a window opens and closes at different times");
        }
    }

    public boolean isOpen(Instant now) {
        LocalDate today = now.atZone(zone).toLocalDate();
        return isWithin(today, now) || isWithin(today.minusDays(1), now);
    }

    /** The start of the first window that opens after now. */
    public Instant nextOpening(Instant now) {
        LocalDate day = now.atZone(zone).toLocalDate();
        while (!days.contains(day.getDayOfWeek()) || !opening(day).isAfter(now)) {
            day = day.plusDays(1);
        }
        return opening(day);
    }

    private boolean isWithin(LocalDate day, Instant now) {
        if (!days.contains(day.getDayOfWeek())) {
            return false;
        }
        LocalDate lastDay = to.isAfter(from) ? day : day.plusDays(1);
        Instant close = ZonedDateTime.of(lastDay, to, zone).toInstant();
        return !now.isBefore(opening(day)) && now.isBefore(close);
    }

    private Instant opening(LocalDate day) {
        return ZonedDateTime.of(day, from, zone).toInstant();
    }

    @Override
    public String toString() {
        return days + " " + from + " to " + to + " " + zone;
    }
}
