package strata.frontdoor.web;

import strata.base.Audit;
import strata.base.Uid;
import strata.codec.image.MalformedImageException;
import strata.dicom.MalformedDicomException;
import strata.network.dimse.DimseException;
import strata.network.http.Request;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Consumer;

/** Keeps the record of what left: access to the study, the audit trail, the counts. Thread-safe. */
record Retrieved(Consumer<Uid> accessed, Audit audit, WadoMeters meters) {
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
        } catch (UncheckedIOException e) {
            throw WebErrors.of(e.getCause());
        } catch (DimseException | MalformedImageException | MalformedDicomException e) {
            throw WebErrors.of(e);
        } finally {
            if (whole) {
                accessed.accept(study);
                meters.sent(kind, count);
            } else {
                meters.cut(kind);
            }
            audit.record(
                    Audit.Action.INSTANCES_TRANSFERRED,
                    whole ? Audit.Outcome.SUCCESS : Audit.Outcome.FAILED,
                    request.peer().getAddress().getHostAddress(),
                    Map.of(
                            "operation", "WADO " + kind,
                            "studies", study.value(),
                            "completed", Integer.toString(count)));
        }
    }
}
