package strata.replication;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;

/**
 * How many bytes a second may be sent, by the time of the week.
 *
 * @param bytesPerSecond outside all windows, 0 for no limit
 * @param windows the first that matches counts
 */
public record RateSchedule(long bytesPerSecond, List<Window> windows) {
    public static final RateSchedule UNLIMITED = always(0);

    public RateSchedule {
        windows = List.copyOf(windows);
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("negative rate");
        }
    }

    public static RateSchedule always(long bytesPerSecond) {
        return new RateSchedule(bytesPerSecond, List.of());
    }

    /**
     * A part of the week.
     *
     * @param days on which it begins; empty for all
     * @param from inclusive
     * @param to exclusive; not after {@code from}: it goes over midnight
     * @param bytesPerSecond 0 for no limit
     */
    public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to, long bytesPerSecond) {
        public Window {
            days = Set.copyOf(days);
            if (bytesPerSecond < 0) {
                throw new IllegalArgumentException("negative rate");
            }
        }

        boolean contains(ZonedDateTime time) {
            LocalTime at = time.toLocalTime();
            DayOfWeek day = time.getDayOfWeek();
            if (from.isBefore(to)) {
                return begins(day) && !at.isBefore(from) && at.isBefore(to);
            }
            return begins(day) && !at.isBefore(from) || begins(day.minus(1)) && at.isBefore(to);
        }

        private boolean begins(DayOfWeek day) {
            return days.isEmpty() || days.contains(day);
        }
    }

    /** The limit at a time, 0 for none. */
    public long at(ZonedDateTime time) {
        return windows.stream()
                .filter(window -> window.contains(time))
                .findFirst()
                .map(Window::bytesPerSecond)
                .orElse(bytesPerSecond);
    }

    /** Whether there is a limit at any time. */
    boolean isLimited() {
        return bytesPerSecond > 0 || windows.stream().anyMatch(w -> w.bytesPerSecond() > 0);
    }
}
