package strata.policy.language;

import strata.base.AeTitle;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Everything that one evaluation of a condition can see. Immutable to its users and thread-safe;
 * the values that expressions read are computed on first use and kept.
 */
public final class Facts {
    private final StudyFacts study;
    private final TierFacts tiers;
    private final Instant now;
    private final Optional<OrderFacts> order;
    private volatile Map<String, Object> studyGroup;
    private volatile Map<String, Object> accessGroup;
    private volatile Map<String, Object> copyGroup;
    private volatile Map<String, Object> tierGroup;

    public Facts(StudyFacts study, TierFacts tiers, Instant now) {
        this(study, tiers, now, Optional.empty());
    }

    /** @param order the examination for which earlier studies are chosen */
    public Facts(StudyFacts study, TierFacts tiers, Instant now, Optional<OrderFacts> order) {
        this.study = study;
        this.tiers = tiers;
        this.now = now;
        this.order = order;
    }

    public StudyFacts study() {
        return study;
    }

    public TierFacts tiers() {
        return tiers;
    }

    public Instant now() {
        return now;
    }

    /** The same study and tiers at another time. */
    public Facts at(Instant time) {
        return new Facts(study, tiers, time, order);
    }

    /** Another state of the study, the rest the same. */
    public Facts with(StudyFacts changed) {
        return new Facts(changed, tiers, now, order);
    }

    /**
     * A variable of an expression: a time, or a group of facts as a map in which an unknown fact is
     * absent. Each group is put together when it is first asked for.
     */
    Optional<Object> variable(String name) {
        return switch (name) {
            case "study" -> Optional.of(studyGroup = kept(studyGroup, this::studyValues));
            case "access" -> Optional.of(accessGroup = kept(accessGroup, this::accessValues));
            case "copies" -> Optional.of(copyGroup = kept(copyGroup, this::copyValues));
            case "tier" -> Optional.of(tierGroup = kept(tierGroup, this::tierValues));
            case Vocabulary.SERIES -> study.attributes().series().map(Facts::seriesValues);
            case "order" -> Optional.of(order.map(OrderFacts::values).orElse(Map.of()));
            case "now" -> Optional.of(now);
            default -> Optional.empty();
        };
    }

    private static Map<String, Object> kept(
            Map<String, Object> before, Supplier<Map<String, Object>> maker) {
        return before == null ? Collections.unmodifiableMap(maker.get()) : before;
    }

    /** The value of a fact such as {@code study.age} or {@code tier.hot.fill}, when known. */
    Optional<Object> value(String path) {
        String[] steps = path.split("\\.");
        Object at = variable(steps[0]).orElse(null);
        for (int i = 1; i < steps.length; i++) {
            at = at instanceof Map<?, ?> map ? map.get(steps[i]) : null;
        }
        return Optional.ofNullable(at);
    }

    private Map<String, Object> studyValues() {
        StudyAttributes about = study.attributes();
        Map<String, Object> map = new HashMap<>();
        map.put("uid", study.uid().value());
        map.put("modality", about.modalities());
        map.put("bodyPart", about.bodyParts());
        about.description().ifPresent(v -> map.put("description", v));
        about.institution().ifPresent(v -> map.put("institution", v));
        map.put("callingAe", about.sources().stream().map(AeTitle::value).toList());
        about.date().ifPresent(v -> map.put("date", v.atStartOfDay().toInstant(ZoneOffset.UTC)));
        about.patientAgeYears().ifPresent(v -> map.put("patientAgeYears", (long) v));
        about.patientBirthDate()
                .ifPresent(v ->
                        map.put("patientBirthDate", v.atStartOfDay().toInstant(ZoneOffset.UTC)));
        about.status().ifPresent(v -> map.put("status", v));
        map.put("bytes", study.bytes());
        map.put("series", (long) study.series());
        map.put("instances", (long) study.instances());
        map.put("receivedFirst", study.receivedFirst());
        map.put("receivedLast", study.receivedLast());
        map.put("age", Duration.between(study.receivedLast(), now));
        return map;
    }

    private Map<String, Object> accessValues() {
        Map<String, Object> map = new HashMap<>();
        study.access().last().ifPresent(v -> map.put("last", v));
        map.put("hits", study.access().hits());
        map.put("idle", Duration.between(study.lastUse(), now));
        return map;
    }

    private Map<String, Object> copyValues() {
        Map<String, Object> map = new HashMap<>();
        List<CopyFacts> verified =
                study.copies().stream().filter(CopyFacts::isVerified).toList();
        map.put("tiers", names(verified, CopyPlace.Tier.class));
        map.put("sites", names(verified, CopyPlace.Site.class));
        map.put("count", (long) verified.size());
        verified.stream()
                .flatMap(c -> c.lastVerified().stream())
                .min(Instant::compareTo)
                .ifPresent(v -> map.put("lastVerified", v));
        return map;
    }

    private static Object seriesValues(List<SeriesFacts> series) {
        return series.stream().map(SeriesFacts::values).toList();
    }

    private static List<String> names(List<CopyFacts> copies, Class<? extends CopyPlace> kind) {
        return copies.stream()
                .map(CopyFacts::place)
                .filter(kind::isInstance)
                .map(CopyPlace::name)
                .sorted()
                .toList();
    }

    private Map<String, Object> tierValues() {
        Map<String, Object> map = new TreeMap<>();
        tiers.tiers().forEach((name, tier) -> {
            Map<String, Object> one = new HashMap<>();
            one.put("used", tier.usedBytes());
            tier.capacityBytes().ifPresent(v -> one.put("capacity", v));
            tier.fill().ifPresent(v -> one.put("fill", v));
            tier.keepBelow().ifPresent(v -> one.put("keepBelow", v));
            map.put(name, one);
        });
        return map;
    }
}
