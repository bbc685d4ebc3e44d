package strata.frontdoor.web;

import strata.base.Audit;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.SeriesKey;
import strata.codec.image.MalformedImageException;
import strata.dicom.MalformedDicomException;
import strata.network.dimse.DimseException;
import strata.network.http.Request;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Keeps the record of what left: access to the series, the audit trail, the counts. Thread-safe.
 */
record Retrieved(
        Catalog catalog, Consumer<Set<SeriesKey>> accessed, Audit audit, WadoMeters meters) {
    /** Sends a body and returns of how many instances it was made. */
    @FunctionalInterface
    interface Sending {
        int run() throws IOException;
    }

    /** Runs the sending of a response's body. */
    void record(Request request, Uid study, WadoMeters.Kind kind, Sending sending)
            throws IOException {
        int count = 0;
        boolean whole = false;
        try {
            count = sending.run();
            whole = true;
            accessed.accept(series(request, study));
        } catch (UncheckedIOException e) {
            throw WebErrors.of(e.getCause());
        } catch (DimseException | MalformedImageException | MalformedDicomException e) {
            throw WebErrors.of(e);
        } finally {
            if (whole) {
                meters.sent(kind, count);
            } else {
                meters.cut(kind);
            }
            audit.record(
                    Audit.Action.INSTANCES_TRANSFERRED,
                    whole ? Audit.Outcome.SUCCESS : Audit.Outcome.FAILED,
                    request.actor(),
                    Map.of(
                            "operation", "WADO " + kind,
                            "studies", study.value(),
                            "completed", Integer.toString(count)));
        }
    }

    /** The series that the request names, or all of the study. */
    private Set<SeriesKey> series(Request request, Uid study) throws IOException {
        Optional<Uid> named = request.hasPathParameter("series")
                ? Optional.of(request.pathUid("series"))
                : request.query("seriesUID").filter(Uid::isValid).map(Uid::new);
        if (named.isPresent()) {
            return Set.of(new SeriesKey(study, named.get()));
        }
        return catalog.accessOfSeries(study).keySet().stream()
                .map(series -> new SeriesKey(study, series))
                .collect(Collectors.toUnmodifiableSet());
    }
}
