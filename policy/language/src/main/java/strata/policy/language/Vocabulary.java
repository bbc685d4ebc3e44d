package strata.policy.language;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.parser.CelStandardMacro;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The words of conditions: facts with their types, and functions. */
final class Vocabulary {
    static final String TIER = "tier";
    static final String NOW = "now";

    static final String BIRTH_DATE = "study.patientBirthDate";

    /** Facts of the examination that earlier studies are fetched for. */
    static final String ORDER = "order";

    /** The list of the series of a study. */
    public static final String SERIES = "series";

    /** Facts that grow with time as time does. */
    static final Set<String> GROWING = Set.of("study.age", "access.idle");

    /** Facts that may name a person or a case; their values stay out of reasons and logs. */
    static final Set<String> UNTOLD =
            Set.of(BIRTH_DATE, "study.description", "study.institution", "study.patientAgeYears");

    private static final CelType NUMBER = SimpleType.INT;
    private static final CelType SPAN = SimpleType.DURATION;

    private static final Map<String, Map<String, CelType>> GROUPS = FactRegister.groups();
    private static final Map<String, CelType> TIER_FACTS = FactRegister.ofTiers();

    private static final Set<String> FUNCTIONS = Set.of(
            "days",
            "hours",
            "minutes",
            CalendarFunctions.PLUS_YEARS,
            CalendarFunctions.PLUS_MONTHS,
            CalendarFunctions.PLUS_DAYS,
            CalendarFunctions.LATEST,
            CalendarFunctions.EARLIEST,
            "duration",
            "timestamp",
            "size",
            "matches",
            "contains",
            "startsWith",
            "endsWith",
            "has",
            "exists",
            "exists_one",
            "all",
            "filter",
            "map",
            "int",
            "double",
            "string",
            "getFullYear",
            "getMonth",
            "getDate",
            "getDayOfMonth",
            "getDayOfWeek",
            "getDayOfYear",
            "getHours",
            "getMinutes",
            "getSeconds");

    private final KnownNames names;
    private final Cel cel;

    Vocabulary(KnownNames names) {
        this.names = names;
        Map<String, StructType> types = new TreeMap<>();
        GROUPS.forEach((name, fields) -> types.put(name, struct("strata." + name, fields)));
        StructType tier = struct("strata.tier", TIER_FACTS);
        StructType series = struct("strata.series", FactRegister.ofSeries());
        var builder = CelFactory.standardCelBuilder()
                .setOptions(options())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setTypeProvider(provider(types, tier, series))
                .addVar(TIER, MapType.create(SimpleType.STRING, tier))
                .addVar(SERIES, ListType.create(series))
                .addVar(NOW, SimpleType.TIMESTAMP);
        types.forEach(builder::addVar);
        SpanFunctions.addTo(builder);
        CalendarFunctions.addTo(builder);
        this.cel = builder.build();
    }

    Cel cel() {
        return cel;
    }

    KnownNames names() {
        return names;
    }

    static Set<String> functions() {
        return FUNCTIONS;
    }

    static Set<String> tierFacts() {
        return TIER_FACTS.keySet();
    }

    /** The facts of a group such as study, or nothing when there is no such group. */
    static Optional<Set<String>> group(String name) {
        return Optional.ofNullable(GROUPS.get(name)).map(Map::keySet);
    }

    /** Every fact by its full name. */
    Set<String> facts() {
        Set<String> all = new TreeSet<>();
        all.add(NOW);
        all.add(SERIES);
        GROUPS.forEach((group, fields) -> fields.keySet().forEach(f -> all.add(group + "." + f)));
        for (String tier : names.tiers()) {
            TIER_FACTS.keySet().forEach(f -> all.add(TIER + "." + tier + "." + f));
        }
        return all;
    }

    private static CelOptions options() {
        return CelOptions.current()
                .populateMacroCalls(true)
                .retainUnbalancedLogicalExpressions(true)
                .enableHeterogeneousNumericComparisons(true)
                .maxExpressionCodePointSize(PolicyFile.MAX_CONDITION_LENGTH)
                .maxParseRecursionDepth(PolicyFile.MAX_CONDITION_DEPTH)
                .maxParseExpressionNodeCount(PolicyFile.MAX_CONDITION_NODES)
                .comprehensionMaxIterations(PolicyFile.MAX_ITERATIONS)
                .maxRegexProgramSize(PolicyFile.MAX_PATTERN_PROGRAM)
                .build();
    }

    private static StructType struct(String name, Map<String, CelType> fields) {
        return StructType.create(
                name,
                ImmutableSet.copyOf(fields.keySet()),
                field -> Optional.ofNullable(fields.get(field)));
    }

    private static CelTypeProvider provider(
            Map<String, StructType> types, StructType tier, StructType series) {
        ImmutableList<CelType> all = ImmutableList.<CelType>builder()
                .addAll(types.values())
                .add(tier)
                .add(series)
                .build();
        return new CelTypeProvider() {
            @Override
            public ImmutableCollection<CelType> types() {
                return all;
            }

            @Override
            public Optional<CelType> findType(String name) {
                return all.stream().filter(t -> t.name().equals(name)).findFirst();
            }
        };
    }
}
