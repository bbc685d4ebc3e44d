package strata.policy.prefetch;

import strata.catalog.Catalog;
import strata.catalog.PatientId;
import strata.catalog.PatientLinks;
import strata.catalog.Person;
import strata.catalog.StudySearch;
import strata.policy.language.StudyFacts;
import strata.policy.lifecycle.CatalogFacts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The studies of one patient, under every identifier that was merged into it. Thread-safe. */
public final class PatientStudies {
    /** Most studies of one patient that are looked at. */
    static final int MAX_STUDIES = 2000;

    private final Catalog catalog;
    private final CatalogFacts facts;

    public PatientStudies(Catalog catalog, CatalogFacts facts) {
        this.catalog = catalog;
        this.facts = facts;
    }

    /** At most {@value #MAX_STUDIES}. */
    public List<StudyFacts> of(PatientId patient) throws IOException {
        PatientId now =
                catalog.patients().get().survivor(patient).map(Person::id).orElse(patient);
        StudySearch search = new StudySearch(
                Optional.empty(),
                Optional.of(literal(now.id())),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        List<StudyFacts> found = new ArrayList<>();
        search.forEach(catalog, study -> {
            // The id is compared again: as a key, it may hold what stands for other characters.
            if (PatientLinks.idOf(study.patientId(), study.issuerOfPatientId())
                    .filter(now::fits)
                    .isPresent()) {
                facts.study(study.study()).ifPresent(found::add);
            }
            return found.size() < MAX_STUDIES;
        });
        return found;
    }

    /**
     * Asterisks alone would find everybody; one more character makes it a search that finds few.
     */
    private static String literal(String id) {
        return id.replaceAll("[*?]", "?");
    }
}
