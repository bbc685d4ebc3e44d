package strata.frontdoor;

import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.QueryCursor;
import strata.catalog.QueryLevel;
import strata.catalog.QueryRoot;
import strata.catalog.QuerySpec;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The instances that a retrieve identifier asks for, PS3.4 C.4.2.1.4: by the unique keys of its
 * level, each a single value or a list. Only current versions are selected.
 */
final class Selection {
    /** Takes one instance; false ends the walk. */
    interface Visitor {
        boolean visit(VersionEntry version) throws IOException;
    }

    private final Catalog catalog;
    private final DataSet identifier;
    private final QueryLevel level;

    Selection(Catalog catalog, DataSet identifier) throws DimseException {
        this.catalog = catalog;
        this.identifier = identifier;
        this.level = Identifiers.level(identifier);
    }

    /** Counts what {@link #forEach} will visit, in constant memory. */
    int count() throws IOException {
        int[] count = new int[1];
        forEach(version -> {
            count[0]++;
            return true;
        });
        return count[0];
    }

    /** The SOP classes and transfer syntaxes among them. */
    Set<SentAs> kinds() throws IOException {
        Set<SentAs> kinds = new LinkedHashSet<>();
        forEach(version ->
                kinds.add(new SentAs(version.sopClass(), version.transferSyntax())) || true);
        return kinds;
    }

    /** What a presentation context is needed for. */
    record SentAs(Uid sopClass, Uid transferSyntax) {}

    void forEach(Visitor visitor) throws IOException {
        switch (level) {
            case PATIENT -> walkStudies(studiesOfPatient(), visitor);
            case STUDY -> walkStudies(required(Tag.StudyInstanceUID), visitor);
            case SERIES -> walkSeries(visitor);
            case IMAGE -> walkInstances(visitor);
        }
    }

    private List<Uid> required(int tag) throws DimseException {
        List<Uid> uids = Identifiers.uids(identifier, tag);
        if (uids.isEmpty()) {
            throw new DimseException(
                    Status.DOES_NOT_MATCH_SOP_CLASS,
                    "the unique key " + Tag.toString(tag) + " is missing");
        }
        return uids;
    }

    private List<Uid> studiesOfPatient() throws IOException {
        String patient = identifier
                .string(Tag.PatientID)
                .orElseThrow(() -> new DimseException(
                        Status.DOES_NOT_MATCH_SOP_CLASS, "Patient ID is missing"));
        DataSet keys = new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 192")
                .putString(Tag.PatientID, Vr.LO, patient)
                .putEmpty(Tag.StudyInstanceUID, Vr.UI);
        return uidsOf(QueryLevel.STUDY, keys, Tag.StudyInstanceUID);
    }

    private List<Uid> uidsOf(QueryLevel queryLevel, DataSet keys, int tag) throws IOException {
        List<Uid> out = new ArrayList<>();
        try (QueryCursor answers =
                catalog.query(new QuerySpec(QueryRoot.STUDY, queryLevel, keys, true))) {
            while (answers.hasNext()) {
                answers.next().uid(tag).ifPresent(out::add);
            }
        }
        return out;
    }

    private void walkStudies(List<Uid> studies, Visitor visitor) throws IOException {
        for (Uid study : studies) {
            try (VersionCursor versions = catalog.study(study)) {
                if (!walk(versions, visitor)) {
                    return;
                }
            }
        }
    }

    private void walkSeries(Visitor visitor) throws IOException {
        for (Uid series : required(Tag.SeriesInstanceUID)) {
            List<Uid> studies = Identifiers.uids(identifier, Tag.StudyInstanceUID);
            if (studies.isEmpty()) {
                DataSet keys = new DataSet()
                        .putUid(Tag.SeriesInstanceUID, series)
                        .putEmpty(Tag.StudyInstanceUID, Vr.UI);
                studies = uidsOf(QueryLevel.SERIES, keys, Tag.StudyInstanceUID);
            }
            for (Uid study : studies) {
                try (VersionCursor versions = catalog.series(study, series)) {
                    if (!walk(versions, visitor)) {
                        return;
                    }
                }
            }
        }
    }

    private void walkInstances(Visitor visitor) throws IOException {
        for (Uid instance : required(Tag.SOPInstanceUID)) {
            VersionEntry version = catalog.current(instance).orElse(null);
            if (version != null && !visitor.visit(version)) {
                return;
            }
        }
    }

    private static boolean walk(VersionCursor versions, Visitor visitor) throws IOException {
        while (versions.hasNext()) {
            VersionEntry version = versions.next();
            if (version.state() == VersionState.CURRENT && !visitor.visit(version)) {
                return false;
            }
        }
        return true;
    }
}
