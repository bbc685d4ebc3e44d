package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Tag;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which patients were merged into which: queries find the studies of a merged patient under both
 * identifiers and answer with the surviving one. Nothing stored is changed by it. Immutable.
 *
 * <p>A class is a surviving patient with all that were merged into it, at once or one after the
 * other.
 */
public final class PatientLinks {
    public static final PatientLinks NONE = new PatientLinks(Map.of());

    private final Map<String, List<Link>> byMerged = new HashMap<>();
    private final Map<PatientId, Family> families = new TreeMap<>();
    private final Map<String, List<Family>> bySurvivor = new HashMap<>();

    private record Link(PatientId merged, Family into, Instant since) {}

    /**
     * Whom a merged patient counts as.
     *
     * @param since when the last word was given that made it so
     */
    public record Survivor(Person person, Instant since) {}

    /** A class. */
    record Family(Person survivor, List<PatientId> merged) {
        /** The identifiers of all of it. */
        List<PatientId> all() {
            List<PatientId> all = new ArrayList<>(merged);
            all.add(survivor.id());
            return all;
        }
    }

    /** @param survivors for each merged patient the one that survives, which is none of the keys */
    public PatientLinks(Map<PatientId, Survivor> survivors) {
        survivors.forEach((merged, into) -> {
            Family family = families.computeIfAbsent(
                    into.person().id(), id -> new Family(into.person(), new ArrayList<>()));
            family.merged.add(merged);
            byMerged.computeIfAbsent(merged.id(), id -> new ArrayList<>())
                    .add(new Link(merged, family, into.since()));
        });
        families.values()
                .forEach(family -> bySurvivor
                        .computeIfAbsent(family.survivor.id().id(), id -> new ArrayList<>())
                        .add(family));
    }

    public boolean isEmpty() {
        return families.isEmpty();
    }

    /** Merged patients. */
    public int size() {
        return families.values().stream().mapToInt(each -> each.merged.size()).sum();
    }

    /** The patient that survives; empty for one that was not merged into another. */
    public Optional<Person> survivor(PatientId of) {
        return survival(of).map(Survivor::person);
    }

    /** The same, and since when. */
    public Optional<Survivor> survival(PatientId of) {
        return link(of).map(link -> new Survivor(link.into.survivor, link.since));
    }

    private Optional<Link> link(PatientId of) {
        return byMerged.getOrDefault(of.id(), List.of()).stream()
                .filter(link -> link.merged.fits(of))
                .findFirst();
    }

    private Optional<Family> mergedInto(PatientId of) {
        return link(of).map(Link::into);
    }

    /** The class that a patient belongs to, as one of those merged or as the surviving one. */
    Optional<Family> family(PatientId of) {
        Optional<Family> into = mergedInto(of);
        return into.isPresent()
                ? into
                : bySurvivor.getOrDefault(of.id(), List.of()).stream()
                        .filter(family -> family.survivor.id().fits(of))
                        .findFirst();
    }

    Collection<Family> families() {
        return families.values();
    }

    /** The patient of a study or patient entity; empty without an identifier. */
    static Optional<PatientId> idOf(DataSet data) {
        return idOf(
                data.string(Tag.PatientID).orElse(""),
                data.string(Tag.IssuerOfPatientID).orElse(""));
    }

    /** Empty without an identifier, or for one that cannot be. */
    public static Optional<PatientId> idOf(String id, String issuer) {
        try {
            return id.isBlank() ? Optional.empty() : Optional.of(new PatientId(id, issuer));
        } catch (IllegalArgumentException odd) {
            // Peers write what LO may not hold; such a patient is nobody's.
            return Optional.empty();
        }
    }
}
