package strata.catalog;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One study as lists and rules see it. Text is as received, decoded; dates are the eight digits of
 * the standard or whatever stood there; a missing text is empty. Patient data: not for logs.
 *
 * @param bytes the originals of all instances together
 * @param lastAccess last retrieve that was folded in; empty when there was none
 * @param hits number of retrieves folded in
 * @param verifiedCopies how many instances, and bytes, have a verified copy at each holder, see
 *     {@link Location#holder()}; holders without one are missing
 */
public record StudySummary(
        Uid study,
        String patientId,
        String issuerOfPatientId,
        String patientName,
        String patientBirthDate,
        String patientSex,
        String accessionNumber,
        String studyId,
        String studyDate,
        String studyTime,
        String description,
        String institution,
        String referringPhysician,
        List<String> modalities,
        List<String> bodyParts,
        List<String> sopClasses,
        long seriesCount,
        long instanceCount,
        long bytes,
        Instant firstReceivedAt,
        Instant lastReceivedAt,
        Optional<Instant> lastAccess,
        long hits,
        Availability availability,
        SortedMap<String, CopyCount> verifiedCopies) {

    static StudySummary of(StudyRow row, AccessRow access) {
        DataSet data = row.data();
        return new StudySummary(
                row.study,
                data.string(Tag.PatientID).orElse(""),
                data.string(Tag.IssuerOfPatientID).orElse(""),
                data.string(Tag.PatientName).orElse(""),
                data.string(Tag.PatientBirthDate).orElse(""),
                data.string(Tag.PatientSex).orElse(""),
                data.string(Tag.AccessionNumber).orElse(""),
                data.string(Tag.StudyID).orElse(""),
                data.string(Tag.StudyDate).map(DateTimeText::date).orElse(""),
                data.string(Tag.StudyTime).orElse(""),
                data.string(Tag.StudyDescription).orElse(""),
                data.string(Tag.InstitutionName).orElse(""),
                data.string(Tag.ReferringPhysicianName).orElse(""),
                row.sums.modalities(),
                row.sums.bodyParts(),
                row.sums.sopClasses(),
                row.series,
                row.sums.instances(),
                row.sums.bytes(),
                row.sums.firstReceivedAt(),
                row.sums.lastReceivedAt(),
                access.hits() == 0 ? Optional.empty() : Optional.of(access.lastAccess()),
                access.hits(),
                row.sums.availability(),
                row.sums.verified().view());
    }

    /** The same study, as of the patient who survives a merge. */
    StudySummary asOf(PatientLinks links) {
        Optional<Person> survivor =
                PatientLinks.idOf(patientId, issuerOfPatientId).flatMap(links::survivor);
        return survivor.isEmpty() ? this : asOf(survivor.get());
    }

    private StudySummary asOf(Person person) {
        return new StudySummary(
                study,
                person.id().id(),
                said(person.id().issuer(), issuerOfPatientId),
                said(person.name(), patientName),
                said(person.birthDate(), patientBirthDate),
                said(person.sex(), patientSex),
                accessionNumber,
                studyId,
                studyDate,
                studyTime,
                description,
                institution,
                referringPhysician,
                modalities,
                bodyParts,
                sopClasses,
                seriesCount,
                instanceCount,
                bytes,
                firstReceivedAt,
                lastReceivedAt,
                lastAccess,
                hits,
                availability,
                verifiedCopies);
    }

    private static String said(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    /** Verified copies at a holder, see {@link Location#holder()}. */
    public CopyCount verifiedAt(String holder) {
        return verifiedCopies.getOrDefault(holder, CopyCount.NONE);
    }

    /** Whether every instance has a verified copy at the holder. */
    public boolean whollyAt(String holder) {
        return verifiedAt(holder).count() == instanceCount;
    }

    /** Counts and dates without what could identify the patient. */
    @Override
    public String toString() {
        return "study " + study + ": " + seriesCount + " series, " + instanceCount + " instances, "
                + bytes + " bytes, " + availability;
    }
}
