package strata.policy.language;

import dev.cel.bundle.CelBuilder;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Calendar arithmetic of conditions and times, in UTC. Retention must not end early: where the
 * calendar lacks the day (29 February, 31 April) the next one counts.
 */
final class CalendarFunctions {
    static final String PLUS_YEARS = "plusYears";
    static final String PLUS_MONTHS = "plusMonths";
    static final String PLUS_DAYS = "plusDays";
    static final String LATEST = "latest";
    static final String EARLIEST = "earliest";

    private static final CelType TIME = SimpleType.TIMESTAMP;
    private static final long MOST = 4_000_000;
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private CalendarFunctions() {}

    static void addTo(CelBuilder builder) {
        add(builder, PLUS_YEARS, ChronoUnit.YEARS);
        add(builder, PLUS_MONTHS, ChronoUnit.MONTHS);
        add(builder, PLUS_DAYS, ChronoUnit.DAYS);
        choose(builder, LATEST, true);
        choose(builder, EARLIEST, false);
    }

    private static void add(CelBuilder builder, String name, ChronoUnit unit) {
        String overload = name + "_timestamp_int";
        builder.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                name, CelOverloadDecl.newMemberOverload(overload, TIME, TIME, SimpleType.INT)));
        builder.addFunctionBindings(CelFunctionBinding.from(
                overload, Instant.class, Long.class, (from, count) -> plus(from, count, unit)));
    }

    private static void choose(CelBuilder builder, String name, boolean later) {
        String overload = name + "_timestamp_timestamp";
        builder.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                name, CelOverloadDecl.newGlobalOverload(overload, TIME, TIME, TIME)));
        builder.addFunctionBindings(CelFunctionBinding.from(
                overload, Instant.class, Instant.class, (a, b) -> a.isAfter(b) == later ? a : b));
    }

    /** @throws IllegalArgumentException beyond the years 1 to 9999 */
    static Instant plus(Instant from, long count, ChronoUnit unit) {
        if (Math.abs(count) > MOST) {
            throw new IllegalArgumentException("no calendar has " + count + " " + unit);
        }
        try {
            LocalDateTime start = LocalDateTime.ofInstant(from, ZoneOffset.UTC);
            LocalDateTime end = start.plus(count, unit);
            boolean cut = unit != ChronoUnit.DAYS && end.getDayOfMonth() != start.getDayOfMonth();
            Instant found = (cut ? end.plusDays(1) : end).toInstant(ZoneOffset.UTC);
            if (found.isBefore(FIRST) || found.isAfter(LAST)) {
                throw new IllegalArgumentException("beyond the years 1 to 9999");
            }
            return found;
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("beyond the calendar", e);
        }
    }
}
