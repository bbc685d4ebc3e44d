package strata.store;

import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.InstanceKey;
import strata.catalog.QueryCursor;
import strata.catalog.QueryLevel;
import strata.catalog.QueryRoot;
import strata.catalog.QuerySpec;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The study, the series or the instance that bears a UID.
 *
 * @param uid of one of them
 */
public record Scope(Uid uid) {
    /** The instances with a version in sight; none when nothing bears the UID. */
    public Set<Uid> instances(Catalog catalog) throws IOException {
        Set<Uid> found = new LinkedHashSet<>();
        collect(catalog.study(uid), found);
        if (found.isEmpty() && !catalog.versions(uid).isEmpty()) {
            found.add(uid);
        }
        if (found.isEmpty()) {
            DataSet keys = new DataSet()
                    .putUid(Tag.SeriesInstanceUID, uid)
                    .putEmpty(Tag.StudyInstanceUID, Vr.UI);
            try (QueryCursor answers =
                    catalog.query(new QuerySpec(QueryRoot.STUDY, QueryLevel.SERIES, keys, true))) {
                while (answers.hasNext()) {
                    Uid study = answers.next().uid(Tag.StudyInstanceUID).orElseThrow();
                    collect(catalog.series(study, uid), found);
                }
            }
        }
        return found;
    }

    private static void collect(VersionCursor versions, Set<Uid> into) throws IOException {
        try (versions) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                if (!version.state().isHidden()) {
                    into.add(version.key().instance());
                }
            }
        }
    }

    /** The instances with a version that is deleted and can be restored. */
    Set<Uid> deleted(Catalog catalog) throws IOException {
        Set<Uid> found = new LinkedHashSet<>();
        try (VersionCursor versions = catalog.deleted()) {
            while (versions.hasNext()) {
                InstanceKey key = versions.next().key();
                if (contains(key)) {
                    found.add(key.instance());
                }
            }
        }
        return found;
    }

    private boolean contains(InstanceKey key) {
        return uid.equals(key.study()) || uid.equals(key.series()) || uid.equals(key.instance());
    }
}
