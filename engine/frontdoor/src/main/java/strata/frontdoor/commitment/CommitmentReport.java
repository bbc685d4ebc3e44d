package strata.frontdoor.commitment;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.frontdoor.ServedClasses;
import strata.network.NormalizedRequest;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a provider says of a transaction, PS3.4 J.3.3.
 *
 * @param failed the Failure Reason of each
 */
public record CommitmentReport(
        Uid transaction, List<Reference> committed, Map<Reference, Status> failed) {
    /** Storage Commitment Push Model SOP Class. */
    public static final Uid SOP_CLASS = ServedClasses.STORAGE_COMMITMENT;

    /** Its only instance, which every request and report names. */
    public static final Uid SOP_INSTANCE = new Uid("1.2.840.10008.1.20.1.1");

    static final int REQUEST_COMMITMENT = 1;
    static final int ALL_COMMITTED = 1;
    static final int WITH_FAILURES = 2;

    public CommitmentReport {
        committed = List.copyOf(committed);
        failed = Map.copyOf(failed);
    }

    static CommitmentReport of(StoredTransaction checked) {
        List<Reference> committed = new ArrayList<>();
        Map<Reference, Status> failed = new LinkedHashMap<>();
        checked.references().forEach((reference, verdict) -> {
            if (verdict.isCommitted()) {
                committed.add(reference);
            } else {
                failed.put(
                        reference,
                        verdict.isFailed() ? verdict.reason() : Status.PROCESSING_FAILURE);
            }
        });
        return new CommitmentReport(checked.transaction().uid(), committed, failed);
    }

    /** The N-EVENT-REPORT. */
    NormalizedRequest request(AeTitle retrieveFrom) {
        DataSet information = new DataSet().putUid(Tag.TransactionUID, transaction);
        if (!committed.isEmpty()) {
            information.putString(Tag.RetrieveAETitle, Vr.AE, retrieveFrom.value());
            information.putItems(
                    Tag.ReferencedSOPSequence,
                    committed.stream().map(CommitmentReport::item).toList());
        }
        if (!failed.isEmpty()) {
            List<DataSet> items = new ArrayList<>();
            failed.forEach((reference, reason) ->
                    items.add(item(reference).putInt(Tag.FailureReason, Vr.US, reason.code())));
            information.putItems(Tag.FailedSOPSequence, items);
        }
        return NormalizedRequest.eventReport(
                SOP_CLASS,
                SOP_INSTANCE,
                failed.isEmpty() ? ALL_COMMITTED : WITH_FAILURES,
                information);
    }

    static DataSet item(Reference reference) {
        return new DataSet()
                .putUid(Tag.ReferencedSOPClassUID, reference.sopClass())
                .putUid(Tag.ReferencedSOPInstanceUID, reference.sopInstance());
    }

    /** @throws DimseException 0115H when the data set is no report */
    static CommitmentReport read(DataSet information) throws DimseException {
        Uid uid = transaction(information);
        List<Reference> committed = new ArrayList<>();
        for (DataSet item : information.items(Tag.ReferencedSOPSequence)) {
            committed.add(reference(item));
        }
        Map<Reference, Status> failed = new LinkedHashMap<>();
        for (DataSet item : information.items(Tag.FailedSOPSequence)) {
            int reason = item.intValue(Tag.FailureReason).orElse(Status.PROCESSING_FAILURE.code());
            failed.put(reference(item), new Status(reason & 0xffff));
        }
        return new CommitmentReport(uid, committed, failed);
    }

    static Uid transaction(DataSet information) throws DimseException {
        return uid(information, Tag.TransactionUID);
    }

    static Reference reference(DataSet item) throws DimseException {
        return new Reference(
                uid(item, Tag.ReferencedSOPClassUID), uid(item, Tag.ReferencedSOPInstanceUID));
    }

    private static Uid uid(DataSet dataSet, int tag) throws DimseException {
        Optional<String> text = dataSet.string(tag).filter(Uid::isValid);
        return text.map(Uid::new)
                .orElseThrow(() -> new DimseException(
                        Status.INVALID_ARGUMENT_VALUE, Tag.toString(tag) + " holds no UID"));
    }
}
