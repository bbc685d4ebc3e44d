package strata.catalog;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A search for studies as operators put it: every value given has to match by the rules of C-FIND
 * (PS3.4 C.2.2.2), wildcards in texts and ranges in the date included.
 *
 * @param date {@code YYYYMMDD}, or a range with a hyphen that may be open on one side
 */
public record StudySearch(
        Optional<Uid> study,
        Optional<String> patientId,
        Optional<String> patientName,
        Optional<String> accession,
        Optional<String> date,
        Optional<String> modality) {
    private static final Pattern DATE = Pattern.compile("\\d{8}|\\d{8}-(\\d{8})?|-\\d{8}");

    /** @throws IllegalArgumentException for a date that is none; the message can be shown */
    public StudySearch {
        date.filter(d -> !DATE.matcher(d).matches()).ifPresent(d -> {
            throw new IllegalArgumentException(
                    "a date is YYYYMMDD or a range YYYYMMDD-YYYYMMDD, open at one side if need be");
        });
    }

    /** Takes one study of the answer; false ends the search. */
    @FunctionalInterface
    public interface Visitor {
        boolean visit(StudySummary study) throws IOException;
    }

    /** Visits the studies that match, in constant memory. */
    public void forEach(Catalog catalog, Visitor visitor) throws IOException {
        DataSet keys = new DataSet().putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 192");
        put(keys, Tag.PatientID, Vr.LO, patientId);
        put(keys, Tag.PatientName, Vr.PN, patientName);
        put(keys, Tag.AccessionNumber, Vr.SH, accession);
        put(keys, Tag.StudyDate, Vr.DA, date);
        put(keys, Tag.ModalitiesInStudy, Vr.CS, modality);
        put(keys, Tag.StudyInstanceUID, Vr.UI, study.map(Uid::value));
        QuerySpec spec = new QuerySpec(QueryRoot.STUDY, QueryLevel.STUDY, keys, false);
        try (QueryCursor answers = catalog.query(spec)) {
            boolean more = true;
            while (more && answers.hasNext()) {
                Optional<StudySummary> found = summary(catalog, answers.next());
                more = found.isEmpty() || visitor.visit(found.get());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Empty when the study went away since the query began. */
    private static Optional<StudySummary> summary(Catalog catalog, DataSet answer)
            throws IOException {
        Optional<Uid> uid = answer.uid(Tag.StudyInstanceUID);
        if (uid.isEmpty()) {
            return Optional.empty();
        }
        return catalog.summary(uid.get())
                .map(found -> found.asOf(catalog.patients().get()));
    }

    private static void put(DataSet keys, int tag, Vr vr, Optional<String> value) {
        if (value.isPresent()) {
            keys.putString(tag, vr, value.get());
        } else {
            keys.putEmpty(tag, vr);
        }
    }
}
