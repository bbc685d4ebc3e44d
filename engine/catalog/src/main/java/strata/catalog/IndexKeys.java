package strata.catalog;

import strata.dicom.Tag;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The attributes that ingest captures from every object for the catalog, by the level that they
 * belong to: PS3.4 C.6.1.1 and C.6.2.1 (unique, required and optional keys), PS3.3 for the modules.
 */
public final class IndexKeys {
    static final Set<Integer> PATIENT = set(
            Tag.PatientName,
            Tag.PatientID,
            Tag.IssuerOfPatientID,
            Tag.TypeOfPatientID,
            Tag.IssuerOfPatientIDQualifiersSequence,
            Tag.PatientBirthDate,
            Tag.PatientBirthTime,
            Tag.PatientSex,
            Tag.OtherPatientIDs,
            Tag.OtherPatientNames,
            Tag.OtherPatientIDsSequence,
            Tag.EthnicGroup,
            Tag.ResponsiblePerson,
            Tag.PatientSpeciesDescription,
            Tag.PatientBreedDescription,
            Tag.PatientComments);

    static final Set<Integer> STUDY = set(
            Tag.StudyInstanceUID,
            Tag.StudyDate,
            Tag.StudyTime,
            Tag.AccessionNumber,
            Tag.IssuerOfAccessionNumberSequence,
            Tag.StudyID,
            Tag.ReferringPhysicianName,
            Tag.StudyDescription,
            Tag.ProcedureCodeSequence,
            Tag.PhysiciansOfRecord,
            Tag.NameOfPhysiciansReadingStudy,
            Tag.AdmittingDiagnosesDescription,
            Tag.PatientAge,
            Tag.PatientSize,
            Tag.PatientWeight,
            Tag.Occupation,
            Tag.AdditionalPatientHistory,
            Tag.StudyStatusID,
            Tag.StudyPriorityID,
            Tag.RequestingPhysician,
            Tag.RequestingService,
            Tag.StudyComments,
            Tag.AdmissionID,
            Tag.ReferencedStudySequence,
            Tag.TimezoneOffsetFromUTC);

    static final Set<Integer> SERIES = set(
            Tag.SeriesInstanceUID,
            Tag.Modality,
            Tag.SeriesNumber,
            Tag.SeriesDate,
            Tag.SeriesTime,
            Tag.SeriesDescription,
            Tag.SeriesDescriptionCodeSequence,
            Tag.BodyPartExamined,
            Tag.ProtocolName,
            Tag.Laterality,
            Tag.PatientPosition,
            Tag.Manufacturer,
            Tag.ManufacturerModelName,
            Tag.InstitutionName,
            Tag.InstitutionAddress,
            Tag.InstitutionalDepartmentName,
            Tag.StationName,
            Tag.DeviceSerialNumber,
            Tag.PerformingPhysicianName,
            Tag.OperatorsName,
            Tag.FrameOfReferenceUID,
            Tag.PerformedProcedureStepStartDate,
            Tag.PerformedProcedureStepStartTime,
            Tag.PerformedProcedureStepID,
            Tag.PerformedProcedureStepDescription,
            Tag.RequestAttributesSequence,
            Tag.ReferencedPerformedProcedureStepSequence);

    static final Set<Integer> IMAGE = set(
            Tag.SOPInstanceUID,
            Tag.SOPClassUID,
            Tag.RelatedGeneralSOPClassUID,
            Tag.InstanceNumber,
            Tag.ImageType,
            Tag.InstanceCreationDate,
            Tag.InstanceCreationTime,
            Tag.AcquisitionDate,
            Tag.AcquisitionTime,
            Tag.AcquisitionDateTime,
            Tag.AcquisitionNumber,
            Tag.ContentDate,
            Tag.ContentTime,
            Tag.PresentationIntentType,
            Tag.DerivationDescription,
            Tag.ImageComments,
            Tag.ImageLaterality,
            Tag.ViewPosition,
            Tag.ImagePositionPatient,
            Tag.ImageOrientationPatient,
            Tag.SliceLocation,
            Tag.SliceThickness,
            Tag.PixelSpacing,
            Tag.SamplesPerPixel,
            Tag.PhotometricInterpretation,
            Tag.Rows,
            Tag.Columns,
            Tag.NumberOfFrames,
            Tag.BitsAllocated,
            Tag.BitsStored,
            Tag.HighBit,
            Tag.PixelRepresentation,
            Tag.WindowCenter,
            Tag.WindowWidth,
            Tag.RescaleIntercept,
            Tag.RescaleSlope,
            Tag.LossyImageCompression,
            Tag.BurnedInAnnotation,
            Tag.ConcatenationUID,
            Tag.ConceptNameCodeSequence,
            Tag.CompletionFlag,
            Tag.VerificationFlag,
            Tag.VerifyingObserverSequence,
            Tag.CurrentRequestedProcedureEvidenceSequence,
            Tag.ReferencedRequestSequence,
            Tag.ContentLabel,
            Tag.ContentDescription,
            Tag.ContentCreatorName,
            Tag.PresentationCreationDate,
            Tag.PresentationCreationTime,
            Tag.DocumentTitle,
            Tag.MIMETypeOfEncapsulatedDocument,
            Tag.ReferencedSeriesSequence,
            Tag.StorageMediaFileSetID,
            Tag.StorageMediaFileSetUID);

    /** Available Transfer Syntax UID, PS3.4 C.6.1.1.5.3: computed, not captured. */
    static final int AVAILABLE_TRANSFER_SYNTAX = 0x00083002;

    /** Keys that we work out, by the level whose answers have them. */
    static final Map<Integer, QueryLevel> COMPUTED = Map.of(
            Tag.NumberOfPatientRelatedStudies,
            QueryLevel.PATIENT,
            Tag.NumberOfPatientRelatedSeries,
            QueryLevel.PATIENT,
            Tag.NumberOfPatientRelatedInstances,
            QueryLevel.PATIENT,
            Tag.ModalitiesInStudy,
            QueryLevel.STUDY,
            Tag.SOPClassesInStudy,
            QueryLevel.STUDY,
            Tag.NumberOfStudyRelatedSeries,
            QueryLevel.STUDY,
            Tag.NumberOfStudyRelatedInstances,
            QueryLevel.STUDY,
            Tag.NumberOfSeriesRelatedInstances,
            QueryLevel.SERIES,
            AVAILABLE_TRANSFER_SYNTAX,
            QueryLevel.IMAGE);

    private static final Map<Integer, QueryLevel> LEVELS = levels();

    /** The tags that ingest hands over with {@link CatalogBatch#putVersion}; immutable. */
    public static final Set<Integer> TAGS = all();

    private IndexKeys() {}

    private static Set<Integer> set(int... tags) {
        return Set.copyOf(Arrays.stream(tags).boxed().toList());
    }

    private static Map<Integer, QueryLevel> levels() {
        Map<Integer, QueryLevel> levels = new HashMap<>(COMPUTED);
        PATIENT.forEach(tag -> levels.put(tag, QueryLevel.PATIENT));
        STUDY.forEach(tag -> levels.put(tag, QueryLevel.STUDY));
        SERIES.forEach(tag -> levels.put(tag, QueryLevel.SERIES));
        IMAGE.forEach(tag -> levels.put(tag, QueryLevel.IMAGE));
        return levels;
    }

    /** The level that a key belongs to; empty for keys that are not supported. */
    static Optional<QueryLevel> level(int tag) {
        return Optional.ofNullable(LEVELS.get(tag));
    }

    /**
     * The keys that an answer of a level can have and that cost nothing more to tell: those of the
     * levels above included, counts over a whole patient not.
     */
    public static Set<Integer> answered(QueryLevel level) {
        TreeSet<Integer> tags = new TreeSet<>(Integer::compareUnsigned);
        LEVELS.forEach((tag, of) -> {
            boolean counted = of == QueryLevel.PATIENT && COMPUTED.containsKey(tag);
            if (of.compareTo(level) <= 0 && !counted) {
                tags.add(tag);
            }
        });
        tags.add(Tag.InstanceAvailability);
        return tags;
    }

    private static Set<Integer> all() {
        TreeSet<Integer> tags = new TreeSet<>(Integer::compareUnsigned);
        tags.add(Tag.SpecificCharacterSet);
        tags.addAll(PATIENT);
        tags.addAll(STUDY);
        tags.addAll(SERIES);
        tags.addAll(IMAGE);
        return java.util.Collections.unmodifiableSet(tags);
    }
}
