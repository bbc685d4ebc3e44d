package strata.policy.lifecycle.patients;

import strata.catalog.PatientId;
import strata.catalog.PatientLinks;
import strata.catalog.Person;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The latest word on each patient. Immutable. */
final class MergeState {
    static final MergeState EMPTY = new MergeState(new TreeMap<>());

    private final TreeMap<PatientId, PatientMerge> byMerged;

    private MergeState(TreeMap<PatientId, PatientMerge> byMerged) {
        this.byMerged = byMerged;
    }

    /** The same when a later word is known. */
    MergeState with(PatientMerge word) {
        Optional<PatientMerge> before = on(word.merged());
        if (before.isPresent() && !word.isLaterThan(before.get())) {
            return this;
        }
        TreeMap<PatientId, PatientMerge> changed = new TreeMap<>(byMerged);
        before.ifPresent(old -> changed.remove(old.merged()));
        changed.put(word.merged(), word);
        return new MergeState(changed);
    }

    /** The word on a patient; one whose issuer is not known is the same as one whose issuer is. */
    Optional<PatientMerge> on(PatientId patient) {
        PatientMerge exact = byMerged.get(patient);
        if (exact != null) {
            return Optional.of(exact);
        }
        PatientId from = new PatientId(patient.id(), "");
        return byMerged.tailMap(from, true).values().stream()
                .takeWhile(word -> word.merged().id().equals(patient.id()))
                .filter(word -> word.merged().fits(patient))
                .findFirst();
    }

    Optional<PatientMerge> activeOn(PatientId patient) {
        return on(patient).filter(PatientMerge::active);
    }

    List<PatientMerge> all() {
        return List.copyOf(byMerged.values());
    }

    long active() {
        return byMerged.values().stream().filter(PatientMerge::active).count();
    }

    /** Follows merges of merged patients to the one who survives in the end. */
    PatientLinks links() {
        Map<PatientId, PatientLinks.Survivor> survivors = new HashMap<>();
        for (PatientMerge word : byMerged.values()) {
            if (word.active()) {
                PatientLinks.Survivor last = survivor(word);
                if (!last.person().id().fits(word.merged())) {
                    survivors.put(word.merged(), last);
                }
            }
        }
        // Two words may name one survivor with and without its issuer, or without its name.
        Map<String, List<Person>> named = new HashMap<>();
        for (PatientLinks.Survivor each : survivors.values()) {
            named.computeIfAbsent(each.person().id().id(), id -> new ArrayList<>())
                    .add(each.person());
        }
        survivors.replaceAll((merged, into) -> new PatientLinks.Survivor(
                fullest(into.person(), named.get(into.person().id().id())), into.since()));
        return new PatientLinks(survivors);
    }

    /** Of all that fit, the one with an issuer, then with a name; the same one for all of them. */
    private static Person fullest(Person of, List<Person> same) {
        return same.stream()
                .filter(each -> each.id().fits(of.id()))
                .max(Comparator.comparing((Person each) -> each.id())
                        .thenComparing(Person::name)
                        .thenComparing(Person::birthDate)
                        .thenComparing(Person::sex))
                .orElse(of);
    }

    /**
     * In a ring, which two sites can make that did not know of each other's words, the latest word
     * tells who survives.
     */
    private PatientLinks.Survivor survivor(PatientMerge first) {
        List<PatientMerge> way = new ArrayList<>(List.of(first));
        Optional<PatientMerge> next = activeOn(first.into().id());
        while (next.isPresent()) {
            int seen = way.indexOf(next.get());
            if (seen >= 0) {
                return new PatientLinks.Survivor(
                        latest(way.subList(seen, way.size())).into(),
                        latest(way).at());
            }
            way.add(next.get());
            next = activeOn(next.get().into().id());
        }
        return new PatientLinks.Survivor(
                way.get(way.size() - 1).into(), latest(way).at());
    }

    private static PatientMerge latest(List<PatientMerge> words) {
        PatientMerge latest = words.get(0);
        for (PatientMerge each : words) {
            latest = each.isLaterThan(latest) ? each : latest;
        }
        return latest;
    }
}
