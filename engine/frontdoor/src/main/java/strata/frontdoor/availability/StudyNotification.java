package strata.frontdoor.availability;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.catalog.Availability;
import strata.catalog.Catalog;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The attributes of the N-CREATE, PS3.4 table R.3.2-1, for what a study holds now. */
final class StudyNotification {
    /** Instances that one message names; a longer study takes several. */
    static final int MAX_INSTANCES = 5_000;

    private StudyNotification() {}

    /** Takes one message. */
    interface Sender {
        void send(DataSet attributes) throws IOException;
    }

    /** Makes the messages for a study, one after the other; none when nothing is known of it. */
    static void forEach(Catalog catalog, Uid study, AeTitle retrieveFrom, Sender sender)
            throws IOException {
        Map<Uid, List<DataSet>> bySeries = new LinkedHashMap<>();
        int count = 0;
        try (VersionCursor versions = catalog.study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                if (!isSaid(version)) {
                    continue;
                }
                bySeries.computeIfAbsent(version.key().series(), s -> new ArrayList<>())
                        .add(item(version, retrieveFrom));
                if (++count % MAX_INSTANCES == 0) {
                    sender.send(attributes(study, bySeries));
                    bySeries.clear();
                }
            }
        }
        if (!bySeries.isEmpty()) {
            sender.send(attributes(study, bySeries));
        }
    }

    /** What is shown, and what went; another version of what is shown says nothing. */
    private static boolean isSaid(VersionEntry version) {
        return switch (version.state()) {
            case CURRENT, DAMAGED, DELETED -> true;
            case CONFLICT, SUPERSEDED, PURGED -> false;
        };
    }

    private static DataSet item(VersionEntry version, AeTitle retrieveFrom) {
        Availability availability = version.state() == VersionState.DELETED
                ? Availability.UNAVAILABLE
                : version.availability();
        return new DataSet()
                .putString(Tag.RetrieveAETitle, Vr.AE, retrieveFrom.value())
                .putString(Tag.InstanceAvailability, Vr.CS, availability.name())
                .putUid(Tag.ReferencedSOPClassUID, version.sopClass())
                .putUid(Tag.ReferencedSOPInstanceUID, version.key().instance());
    }

    private static DataSet attributes(Uid study, Map<Uid, List<DataSet>> bySeries) {
        List<DataSet> series = new ArrayList<>();
        bySeries.forEach((uid, items) -> series.add(new DataSet()
                .putUid(Tag.SeriesInstanceUID, uid)
                .putItems(Tag.ReferencedSOPSequence, items)));
        return new DataSet()
                .putItems(Tag.ReferencedPerformedProcedureStepSequence, List.of())
                .putItems(Tag.ReferencedSeriesSequence, series)
                .putUid(Tag.StudyInstanceUID, study);
    }
}
