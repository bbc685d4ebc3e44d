package strata.policy.language;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every fact of the language: what conditions are checked against and the reference lists. */
final class FactRegister {
    private static final CelType TEXT = SimpleType.STRING;
    private static final CelType NUMBER = SimpleType.INT;
    private static final CelType PART = SimpleType.DOUBLE;
    private static final CelType TIME = SimpleType.TIMESTAMP;
    private static final CelType SPAN = SimpleType.DURATION;
    private static final CelType TEXTS = ListType.create(SimpleType.STRING);

    /** What a fact is called within its group, what it is, and what it means. */
    record Fact(String group, String name, CelType type, String meaning) {
        /** The type as people read it. */
        String typeWord() {
            if (type instanceof ListType) {
                return "list of texts";
            }
            return Map.of(
                            TEXT, "text",
                            NUMBER, "number",
                            PART, "part, 0 to 1",
                            TIME, "time",
                            SPAN, "span")
                    .get(type);
        }
    }

    static final List<Fact> FACTS = List.of(
            new Fact("study", "uid", TEXT, "Study Instance UID"),
            new Fact("study", "modality", TEXTS, "modalities of its series"),
            new Fact("study", "bodyPart", TEXTS, "Body Part Examined of its series"),
            new Fact("study", "description", TEXT, "Study Description; its value is never told"),
            new Fact("study", "institution", TEXT, "Institution Name; its value is never told"),
            new Fact("study", "callingAe", TEXTS, "AE titles that sent its objects"),
            new Fact("study", "date", TIME, "Study Date, 0:00 UTC"),
            new Fact(
                    "study",
                    "patientAgeYears",
                    NUMBER,
                    "full years at the study date; its value is never told"),
            new Fact(
                    "study",
                    "patientBirthDate",
                    TIME,
                    "Patient's Birth Date, 0:00 UTC; its value is never told"),
            new Fact("study", "status", TEXT, "online, nearline, offline or unavailable"),
            new Fact("study", "bytes", NUMBER, "size of its objects as received"),
            new Fact("study", "series", NUMBER, "number of series"),
            new Fact("study", "instances", NUMBER, "number of instances"),
            new Fact("study", "receivedFirst", TIME, "when its first object came in"),
            new Fact("study", "receivedLast", TIME, "when its last object came in"),
            new Fact("study", "age", SPAN, "time since its last object came in"),
            new Fact(
                    "access",
                    "last",
                    TIME,
                    "last retrieve, or recall by an operator or for an examination;"
                            + " unknown when there was none"),
            new Fact("access", "hits", NUMBER, "number of retrieves"),
            new Fact("access", "idle", SPAN, "time since `access.last`, or since arrival"),
            new Fact("copies", "tiers", TEXTS, "tiers with a verified copy"),
            new Fact("copies", "sites", TEXTS, "sites with a verified copy"),
            new Fact("copies", "count", NUMBER, "number of verified copies"),
            new Fact("copies", "lastVerified", TIME, "when the copy read longest ago was verified"),
            new Fact("order", "modality", TEXT, "modality of the scheduled examination"),
            new Fact("order", "bodyPart", TEXTS, "body parts of the scheduled examination"),
            new Fact("order", "at", TIME, "when it is scheduled"));

    /** Of each element of the list {@code series}, here called s. */
    static final List<Fact> SERIES_FACTS = List.of(
            new Fact("s", "modality", TEXT, "Modality of the series"),
            new Fact("s", "bodyPart", TEXT, "Body Part Examined of the series"),
            new Fact("s", "description", TEXT, "Series Description; its value is never told"),
            new Fact("s", "instances", NUMBER, "number of instances of the series"));

    static final List<Fact> TIER_FACTS = List.of(
            new Fact("tier.NAME", "fill", PART, "used part of the capacity"),
            new Fact("tier.NAME", "used", NUMBER, "bytes of the copies there"),
            new Fact("tier.NAME", "capacity", NUMBER, "bytes that it can hold"),
            new Fact("tier.NAME", "keepBelow", PART, "the mark of the configuration"));

    private FactRegister() {}

    /** The types of all facts by group and name. */
    static Map<String, Map<String, CelType>> groups() {
        Map<String, Map<String, CelType>> groups = new TreeMap<>();
        FACTS.forEach(f ->
                groups.computeIfAbsent(f.group(), g -> new TreeMap<>()).put(f.name(), f.type()));
        return groups;
    }

    static Map<String, CelType> ofTiers() {
        return types(TIER_FACTS);
    }

    static Map<String, CelType> ofSeries() {
        return types(SERIES_FACTS);
    }

    private static Map<String, CelType> types(List<Fact> facts) {
        Map<String, CelType> types = new TreeMap<>();
        facts.forEach(f -> types.put(f.name(), f.type()));
        return types;
    }
}
