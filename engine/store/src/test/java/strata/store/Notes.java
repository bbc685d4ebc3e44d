package strata.store;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.util.ArrayList;
import java.util.List;

/** Key object selection documents, for tests. */
public final class Notes {
    private Notes() {}

    /** A document with a title of the scheme DCM that refers to instances of one series. */
    public static DataSet of(String title, Uid study, String note, Uid series, Uid... instances) {
        List<DataSet> references = new ArrayList<>();
        for (Uid instance : instances) {
            references.add(new DataSet()
                    .putUid(Tag.ReferencedSOPClassUID, TestStore.CT_IMAGE)
                    .putUid(Tag.ReferencedSOPInstanceUID, instance));
        }
        DataSet inSeries = new DataSet()
                .putItems(Tag.ReferencedSOPSequence, references)
                .putUid(Tag.SeriesInstanceUID, series);
        DataSet inStudy = new DataSet()
                .putItems(Tag.ReferencedSeriesSequence, List.of(inSeries))
                .putUid(Tag.StudyInstanceUID, study);
        DataSet code = new DataSet()
                .putString(Tag.CodeValue, Vr.SH, title)
                .putString(Tag.CodingSchemeDesignator, Vr.SH, "DCM")
                .putString(Tag.CodeMeaning, Vr.LO, "Title");
        return new DataSet()
                .putUid(Tag.SOPClassUID, new Uid("1.2.840.10008.5.1.4.1.1.88.59"))
                .putUid(Tag.SOPInstanceUID, new Uid(note))
                .putString(Tag.Modality, Vr.CS, "KO")
                .putString(Tag.PatientName, Vr.PN, "Test^Patient")
                .putString(Tag.PatientID, Vr.LO, "T1")
                .putUid(Tag.StudyInstanceUID, study)
                .putUid(Tag.SeriesInstanceUID, new Uid(note + ".1"))
                .putItems(Tag.ConceptNameCodeSequence, List.of(code))
                .putItems(Tag.CurrentRequestedProcedureEvidenceSequence, List.of(inStudy));
    }
}
