package strata.policy.lifecycle;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.catalog.IndexedVersion;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.policy.language.AccessFacts;
import strata.policy.language.SeriesFacts;
import strata.policy.language.StudyAttributes;
import strata.policy.language.StudyFacts;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The facts of a study from every version that is not purged, the deleted ones included: by them
 * retention is judged, and a deletion must not change the judgement. Where versions disagree about
 * a date the latest counts, which keeps longest. Copies are left out.
 */
final class KeptCensus {
    private final Uid study;
    private final Set<AeTitle> sources = new TreeSet<>();
    private final Set<String> modalities = new TreeSet<>();
    private final Set<String> bodyParts = new TreeSet<>();
    private final Map<Uid, SeriesFacts> series = new TreeMap<>();
    private final Set<Uid> instances = new HashSet<>();
    private String description = "";
    private String institution = "";
    private Optional<LocalDate> date = Optional.empty();
    private Optional<LocalDate> birth = Optional.empty();
    private long bytes;
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;

    KeptCensus(Uid study) {
        this.study = study;
    }

    void add(IndexedVersion indexed) {
        VersionEntry version = indexed.entry();
        if (!version.state().isKept()) {
            return;
        }
        DataSet keys = indexed.keys();
        version.source().ifPresent(sources::add);
        keys.string(Tag.Modality).filter(v -> !v.isEmpty()).ifPresent(modalities::add);
        keys.string(Tag.BodyPartExamined).filter(v -> !v.isEmpty()).ifPresent(bodyParts::add);
        description = first(description, keys.string(Tag.StudyDescription));
        institution = first(institution, keys.string(Tag.InstitutionName));
        date = latest(date, keys.string(Tag.StudyDate));
        birth = latest(birth, keys.string(Tag.PatientBirthDate));
        addToSeries(version.key().series(), keys);
        instances.add(version.key().instance());
        bytes += version.lengthBytes();
        Instant at = version.receivedAt();
        first = at.isBefore(first) ? at : first;
        last = at.isAfter(last) ? at : last;
    }

    private void addToSeries(Uid uid, DataSet keys) {
        SeriesFacts before = series.get(uid);
        series.put(
                uid,
                before == null
                        ? CatalogFacts.series(keys, 1)
                        : new SeriesFacts(
                                before.modality(),
                                before.bodyPart(),
                                before.description(),
                                before.instances() + 1));
    }

    private static String first(String known, Optional<String> given) {
        return known.isEmpty() ? given.orElse("") : known;
    }

    private static Optional<LocalDate> latest(Optional<LocalDate> known, Optional<String> given) {
        Optional<LocalDate> other = given.map(String::strip).flatMap(CatalogFacts::date);
        return known.isEmpty() || other.isPresent() && other.get().isAfter(known.get())
                ? other
                : known;
    }

    Optional<StudyFacts> facts() {
        if (instances.isEmpty()) {
            return Optional.empty();
        }
        StudyAttributes about = new StudyAttributes(
                        List.copyOf(modalities),
                        List.copyOf(bodyParts),
                        CatalogFacts.text(description),
                        CatalogFacts.text(institution),
                        List.copyOf(sources),
                        date,
                        CatalogFacts.age(birth, date),
                        birth,
                        Optional.empty())
                .withSeries(List.copyOf(series.values()));
        return Optional.of(new StudyFacts(
                study,
                about,
                bytes,
                series.size(),
                instances.size(),
                first,
                last,
                AccessFacts.NEVER,
                List.of()));
    }
}
