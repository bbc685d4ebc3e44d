package strata.policy.language;

import strata.base.AeTitle;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the headers of a study say. Absent facts are unknown, and a condition that needs one is
 * unknown too.
 *
 * @param sources AE titles that sent its objects
 * @param date Study Date (0008,0020)
 * @param patientAgeYears full years of the patient at the study date
 * @param patientBirthDate decides how long a minor's studies are kept; never told
 * @param status how soon it is to be had: online, nearline, offline or unavailable
 * @param series its series, at most {@link SeriesFacts#MOST}; empty when they were not asked for
 */
public record StudyAttributes(
        List<String> modalities,
        List<String> bodyParts,
        Optional<String> description,
        Optional<String> institution,
        List<AeTitle> sources,
        Optional<LocalDate> date,
        OptionalInt patientAgeYears,
        Optional<LocalDate> patientBirthDate,
        Optional<String> status,
        Optional<List<SeriesFacts>> series) {
    public StudyAttributes {
        modalities = List.copyOf(modalities);
        bodyParts = List.copyOf(bodyParts);
        sources = List.copyOf(sources);
        Objects.requireNonNull(description);
        Objects.requireNonNull(institution);
        Objects.requireNonNull(date);
        Objects.requireNonNull(patientAgeYears);
        Objects.requireNonNull(patientBirthDate);
        Objects.requireNonNull(status);
        series = series.map(List::copyOf);
    }

    /** Attributes without facts of series. */
    public StudyAttributes(
            List<String> modalities,
            List<String> bodyParts,
            Optional<String> description,
            Optional<String> institution,
            List<AeTitle> sources,
            Optional<LocalDate> date,
            OptionalInt patientAgeYears,
            Optional<LocalDate> patientBirthDate,
            Optional<String> status) {
        this(
                modalities,
                bodyParts,
                description,
                institution,
                sources,
                date,
                patientAgeYears,
                patientBirthDate,
                status,
                Optional.empty());
    }

    /** The same with these series; more than {@link SeriesFacts#MOST} are not known. */
    public StudyAttributes withSeries(List<SeriesFacts> known) {
        return new StudyAttributes(
                modalities,
                bodyParts,
                description,
                institution,
                sources,
                date,
                patientAgeYears,
                patientBirthDate,
                status,
                Optional.of(known).filter(list -> list.size() <= SeriesFacts.MOST));
    }

    /** Attributes of which only the modalities are known. */
    public static StudyAttributes ofModalities(List<String> modalities) {
        return new StudyAttributes(
                modalities,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Without the birth date. */
    @Override
    public String toString() {
        return "study of " + modalities + ", " + status.orElse("status not known");
    }
}
