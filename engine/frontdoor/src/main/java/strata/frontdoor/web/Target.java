package strata.frontdoor.web;

import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.QueryLevel;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.frontdoor.Selection;
import strata.network.http.HttpException;
import strata.network.http.Request;

import java.io.IOException;
import java.util.Optional;

/**
 * What a path names, PS3.18 10.1: a study, a series of it, or an instance of that.
 *
 * @param series present when instance is
 */
record Target(Uid study, Optional<Uid> series, Optional<Uid> instance) {
    static Target study(Request request) throws HttpException {
        return new Target(request.pathUid("study"), Optional.empty(), Optional.empty());
    }

    static Target series(Request request) throws HttpException {
        Optional<Uid> series = Optional.of(request.pathUid("series"));
        return new Target(request.pathUid("study"), series, Optional.empty());
    }

    static Target instance(Request request) throws HttpException {
        return new Target(
                request.pathUid("study"),
                Optional.of(request.pathUid("series")),
                Optional.of(request.pathUid("instance")));
    }

    static Target of(VersionEntry version) {
        return new Target(
                version.key().study(),
                Optional.of(version.key().series()),
                Optional.of(version.key().instance()));
    }

    /** The path of this resource behind {@link DicomWeb#BASE}. */
    String path() {
        return "/studies/" + study
                + series.map(uid -> "/series/" + uid).orElse("")
                + instance.map(uid -> "/instances/" + uid).orElse("");
    }

    /** All current instances of the study or series, or the one. */
    Selection selection(Catalog catalog) throws IOException {
        DataSet keys = new DataSet().putUid(Tag.StudyInstanceUID, study);
        series.ifPresent(uid -> keys.putUid(Tag.SeriesInstanceUID, uid));
        instance.ifPresent(uid -> keys.putUid(Tag.SOPInstanceUID, uid));
        QueryLevel level = instance.isPresent()
                ? QueryLevel.IMAGE
                : series.isPresent() ? QueryLevel.SERIES : QueryLevel.STUDY;
        return new Selection(catalog, keys.putString(Tag.QueryRetrieveLevel, Vr.CS, level.name()));
    }

    /**
     * The current version of the instance.
     *
     * @throws HttpException 404 when there is none in that study and series, 410 when it was
     *     deleted, 503 when no copy of it is right
     */
    VersionEntry version(Catalog catalog) throws IOException {
        Optional<VersionEntry> shown =
                catalog.shown(instance.orElseThrow()).filter(v -> of(v).equals(this));
        if (shown.isEmpty()) {
            throw absent(catalog);
        }
        if (shown.get().state() != VersionState.CURRENT) {
            throw new HttpException(503, "no copy of the instance can be read now");
        }
        return shown.get();
    }

    /** Why there is nothing: 410 for what was deleted, 503 for what is damaged, else 404. */
    HttpException absent(Catalog catalog) throws IOException {
        boolean deleted = false;
        try (VersionCursor versions =
                series.isPresent() ? catalog.series(study, series.get()) : catalog.study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                if (instance.filter(uid -> !uid.equals(version.key().instance()))
                        .isEmpty()) {
                    if (version.state() == VersionState.DAMAGED) {
                        return new HttpException(503, "no copy can be read now");
                    }
                    deleted |= version.state().isHidden();
                }
            }
        }
        return deleted
                ? new HttpException(410, "it was deleted")
                : new HttpException(404, "there is no such study, series or instance");
    }
}
