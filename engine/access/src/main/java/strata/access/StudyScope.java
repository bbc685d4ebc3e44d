package strata.access;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which studies a user may know of: all, or those of some institutions (Institution Name, without
 * regard to case) and those whose accession number begins in one of some ways.
 */
public record StudyScope(boolean all, Set<String> institutions, Set<String> accessions) {
    public static final StudyScope ALL = new StudyScope(true, Set.of(), Set.of());

    public StudyScope {
        institutions = institutions.stream()
                .map(StudyScope::folded)
                .collect(Collectors.toUnmodifiableSet());
        accessions = Set.copyOf(accessions);
        if (accessions.contains("")) {
            throw new IllegalArgumentException("every accession number begins with nothing");
        }
    }

    /** Only these; without any, none. */
    public static StudyScope only(Set<String> institutions, Set<String> accessions) {
        return new StudyScope(false, institutions, accessions);
    }

    /** All where nothing is named. */
    public static StudyScope of(Set<String> institutions, Set<String> accessions) {
        return institutions.isEmpty() && accessions.isEmpty()
                ? ALL
                : only(institutions, accessions);
    }

    boolean allows(String institution, String accession) {
        return all
                || institutions.contains(folded(institution))
                || accessions.stream().anyMatch(accession::startsWith);
    }

    private static String folded(String institution) {
        return institution.strip().toLowerCase(Locale.ROOT);
    }
}
