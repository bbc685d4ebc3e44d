package strata.frontdoor;

import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.Placement;
import strata.catalog.QueryCursor;
import strata.catalog.QueryLevel;
import strata.catalog.QueryRoot;
import strata.catalog.QuerySpec;
import strata.catalog.SegmentLocation;
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
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The instances that a retrieve identifier asks for, PS3.4 C.4.2.1.4: by the unique keys of its
 * level, each a single value or a list. Only current versions are selected.
 */
public final class Selection {
    /** Takes one instance; false ends the walk. */
    public interface Visitor {
        boolean visit(VersionEntry version) throws IOException;
    }

    /** Instances that are held, to be sorted; about a megabyte. */
    private static final int MAX_SORTED = 1024;

    /** The order in which they lie on the hot tier. */
    static final Comparator<VersionEntry> BY_PLACE = Comparator.comparing(
            Selection::place,
            Comparator.comparingLong(RecordPlace::segment).thenComparingLong(RecordPlace::offset));

    private final Catalog catalog;
    private final DataSet identifier;
    private final QueryLevel level;
    /** All of them, when they are few. */
    private List<VersionEntry> known;

    public Selection(Catalog catalog, DataSet identifier) throws DimseException {
        this.catalog = catalog;
        this.identifier = identifier;
        this.level = Identifiers.level(identifier);
    }

    /** How many instances there are, and in which SOP classes and transfer syntaxes. */
    public record Extent(int count, Set<SentAs> kinds) {}

    /** What a presentation context is needed for. */
    public record SentAs(Uid sopClass, Uid transferSyntax) {}

    /** Counts what {@link #forEach} will visit, in constant memory. */
    public Extent measure() throws IOException {
        Set<SentAs> kinds = new LinkedHashSet<>();
        List<VersionEntry> first = new ArrayList<>();
        int[] count = new int[1];
        scan(version -> {
            kinds.add(new SentAs(version.sopClass(), version.transferSyntax()));
            if (count[0]++ < MAX_SORTED) {
                first.add(version);
            }
            return true;
        });
        known = count[0] <= MAX_SORTED ? first : null;
        return new Extent(count[0], kinds);
    }

    /**
     * Visits the instances in the order in which they lie on the hot tier, as far as they can be
     * sorted in bounded memory.
     */
    public void forEach(Visitor visitor) throws IOException {
        if (known != null) {
            visitSorted(known, visitor);
            return;
        }
        List<VersionEntry> batch = new ArrayList<>();
        boolean[] goOn = {true};
        scan(version -> {
            batch.add(version);
            if (batch.size() == MAX_SORTED) {
                goOn[0] = visitSorted(batch, visitor);
                batch.clear();
            }
            return goOn[0];
        });
        if (goOn[0]) {
            visitSorted(batch, visitor);
        }
    }

    /** Visits the instances in the order of their keys, as far as one study or series goes. */
    public void forEachByKey(Visitor visitor) throws IOException {
        if (known == null) {
            scan(visitor);
            return;
        }
        known.sort(Comparator.comparing(VersionEntry::key));
        for (VersionEntry version : known) {
            if (!visitor.visit(version)) {
                return;
            }
        }
    }

    private static boolean visitSorted(List<VersionEntry> versions, Visitor visitor)
            throws IOException {
        versions.sort(BY_PLACE);
        for (VersionEntry version : versions) {
            if (!visitor.visit(version)) {
                return false;
            }
        }
        return true;
    }

    /** Those that are not hot come last, in the catalog's order. */
    private static RecordPlace place(VersionEntry version) {
        for (Placement placement : version.placements()) {
            if (placement.location() instanceof SegmentLocation hot) {
                return new RecordPlace(hot.segment(), hot.offset());
            }
        }
        return RecordPlace.ELSEWHERE;
    }

    private record RecordPlace(long segment, long offset) {
        static final RecordPlace ELSEWHERE = new RecordPlace(Long.MAX_VALUE, 0);
    }

    private void scan(Visitor visitor) throws IOException {
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
