package strata.catalog;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One C-FIND or QIDO question, PS3.4 C.4.1.
 *
 * @param identifier the keys: to be matched where they have a value, to be returned all
 * @param relational false for the hierarchical method (PS3.4 C.4.1.3.1.1), which demands one value
 *     for the unique key of every level above
 * @param options what is granted beyond plain matching
 * @param retrieveAeTitle given back when Retrieve AE Title is asked for
 */
public record QuerySpec(
        QueryRoot root,
        QueryLevel level,
        DataSet identifier,
        boolean relational,
        MatchOptions options,
        Optional<AeTitle> retrieveAeTitle) {
    /**
     * @throws IllegalArgumentException for a level that the root does not have, or in the
     *     hierarchical method without {@link #missingKey}; the peer's fault, A900H
     */
    public QuerySpec {
        Objects.requireNonNull(identifier, "identifier");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(retrieveAeTitle, "retrieveAeTitle");
        if (root == QueryRoot.STUDY && level == QueryLevel.PATIENT) {
            throw new IllegalArgumentException("Study Root has no PATIENT level");
        }
        Optional<String> missing = missingKey(root, level, identifier);
        if (!relational && missing.isPresent()) {
            throw new IllegalArgumentException("hierarchical query without " + missing.get());
        }
    }

    public QuerySpec(QueryRoot root, QueryLevel level, DataSet identifier, boolean relational) {
        this(root, level, identifier, relational, MatchOptions.PLAIN, Optional.empty());
    }

    public QuerySpec withRetrieveAeTitle(AeTitle title) {
        return new QuerySpec(root, level, identifier, relational, options, Optional.of(title));
    }

    public QuerySpec with(MatchOptions granted) {
        return new QuerySpec(root, level, identifier, relational, granted, retrieveAeTitle);
    }

    /**
     * Whether some key is not supported for existence or, with a value, for matching, PS3.4
     * C.4.1.1.4: it is then left out of the answers, or told in them without being matched.
     */
    public boolean hasUnsupportedKeys() {
        return QueryKeys.hasUnsupported(this);
    }

    /** Whether not one key narrows the answers down. */
    public boolean isUniversal() {
        return new QueryKeys(this).isUniversal();
    }

    /** Where the dates and times of the query count, if it says so and that was granted. */
    Optional<ZoneOffset> timezone() {
        return options.timezone() ? TimezoneShift.offsetOf(identifier) : Optional.empty();
    }

    /** The keyword of the unique key of a level above that has not exactly one value, if any. */
    public static Optional<String> missingKey(
            QueryRoot root, QueryLevel level, DataSet identifier) {
        List<String> missing = new ArrayList<>();
        boolean patient = identifier.strings(Tag.PatientID).size() == 1
                && identifier.string(Tag.PatientID).filter(id -> !isWild(id)).isPresent();
        if (root == QueryRoot.PATIENT && level != QueryLevel.PATIENT && !patient) {
            missing.add("PatientID");
        }
        if (level.compareTo(QueryLevel.STUDY) > 0 && !isOneUid(identifier, Tag.StudyInstanceUID)) {
            missing.add("StudyInstanceUID");
        }
        if (level == QueryLevel.IMAGE && !isOneUid(identifier, Tag.SeriesInstanceUID)) {
            missing.add("SeriesInstanceUID");
        }
        return missing.stream().findFirst();
    }

    private static boolean isOneUid(DataSet identifier, int tag) {
        List<String> values = identifier.strings(tag);
        return values.size() == 1 && Uid.isValid(values.get(0));
    }

    private static boolean isWild(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }
}
