package strata.policy.language;

import dev.cel.bundle.CelBuilder;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.standard.AddOperator.AddOverload;
import dev.cel.runtime.standard.CelStandardOverload;
import dev.cel.runtime.standard.SubtractOperator.SubtractOverload;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Spans of time in conditions: exact to the nanosecond, of either sign, and never longer than
 * {@link #MAX}.
 *
 * <p>The sums and differences of two spans, and the span between two times, are ours. Those of the
 * library take the nanoseconds of a {@link Duration} for signed ones, which they are not, and
 * refuse every negative span that has a fraction of a second: {@code days(63) - study.age <
 * days(500)} would be unknown for ever. And between two times they know 292 years, less than there
 * are from a study date of 1700 that stands for none.
 */
final class SpanFunctions {
    /** The longest span, about 10,000 years. */
    static final Duration MAX = Duration.ofDays(3_652_000);

    private static final Set<CelStandardOverload> OURS = Set.of(
            AddOverload.ADD_DURATION_DURATION,
            SubtractOverload.SUBTRACT_DURATION_DURATION,
            SubtractOverload.SUBTRACT_TIMESTAMP_TIMESTAMP);

    private SpanFunctions() {}

    static void addTo(CelBuilder builder) {
        // The names stay declared as the standard has them; three of the bindings are ours.
        builder.setStandardEnvironmentEnabled(false)
                .setStandardDeclarations(CelStandardDeclarations.newBuilder()
                        .filterFunctions((function, overload) -> true)
                        .build())
                .setStandardFunctions(CelStandardFunctions.newBuilder()
                        .filterFunctions((function, overload) -> !OURS.contains(overload))
                        .build());
        bind(builder, "add_duration_duration", Duration.class, Duration::plus);
        bind(builder, "subtract_duration_duration", Duration.class, Duration::minus);
        bind(
                builder,
                "subtract_timestamp_timestamp",
                Instant.class,
                (end, start) -> Duration.between(start, end));
        declare(builder, "days", Duration.ofDays(1));
        declare(builder, "hours", Duration.ofHours(1));
        declare(builder, "minutes", Duration.ofMinutes(1));
    }

    private static <T> void bind(
            CelBuilder builder, String overload, Class<T> type, BiFunction<T, T, Duration> span) {
        builder.addFunctionBindings(CelFunctionBinding.from(
                overload, type, type, (left, right) -> checked(span.apply(left, right))));
    }

    private static void declare(CelBuilder builder, String name, Duration unit) {
        String overload = name + "_int";
        builder.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                name,
                CelOverloadDecl.newGlobalOverload(overload, SimpleType.DURATION, SimpleType.INT)));
        builder.addFunctionBindings(
                CelFunctionBinding.from(overload, Long.class, count -> span(count, unit)));
    }

    private static Duration span(long count, Duration unit) {
        long most = MAX.dividedBy(unit);
        if (count > most || count < -most) {
            throw tooLong();
        }
        return unit.multipliedBy(count);
    }

    private static Duration checked(Duration span) {
        if (span.abs().compareTo(MAX) > 0) {
            throw tooLong();
        }
        return span;
    }

    private static IllegalArgumentException tooLong() {
        return new IllegalArgumentException("longer than " + MAX.toDays() + " days");
    }
}
