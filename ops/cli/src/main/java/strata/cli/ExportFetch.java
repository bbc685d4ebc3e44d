package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import strata.base.AeTitle;
import strata.base.Fault;
import strata.base.Metrics;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.network.Association;
import strata.network.AssociationInfo;
import strata.network.Cancellation;
import strata.network.DimseClient;
import strata.network.RequestOptions;
import strata.network.RetrieveResult;
import strata.network.StoreCompletion;
import strata.network.StoreRequest;
import strata.network.StoreSink;
import strata.network.dimse.Status;
import strata.network.pdu.PduLimits;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Fetches a study by C-GET into files. */
final class ExportFetch {
    private static final Uid STUDY_ROOT_GET = new Uid("1.2.840.10008.5.1.4.1.2.2.3");

    /** One context is for the C-GET itself. */
    private static final int KINDS_AT_A_TIME = PduLimits.MAX_CONTEXTS - 1;

    private static final int MAX_LISTED = 1000;

    private final ServerApi.DicomAddress server;
    private final AeTitle own;
    private final Path folder;
    private final Progress progress;
    private final Set<Uid> written = ConcurrentHashMap.newKeySet();
    private final List<String> failures = new ArrayList<>();

    private record Kind(Uid sopClass, Uid syntax) {}

    ExportFetch(ServerApi.DicomAddress server, AeTitle own, Path folder, Progress progress) {
        this.server = server;
        this.own = own;
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * @param kinds the pairs of SOP class and transfer syntax that the study has
     * @return the instances written
     */
    long run(Uid study, JsonNode kinds) throws IOException {
        List<Kind> all = new ArrayList<>();
        for (JsonNode kind : kinds) {
            all.add(new Kind(
                    new Uid(kind.path("sopClass").asText()),
                    new Uid(kind.path("transferSyntax").asText())));
        }
        try (DimseClient client = DimseClient.start(Metrics.none())) {
            for (int from = 0; from < all.size(); from += KINDS_AT_A_TIME) {
                int to = Math.min(all.size(), from + KINDS_AT_A_TIME);
                // With several rounds each fails for what the others bring.
                get(client, study, all.subList(from, to), all.size() <= KINDS_AT_A_TIME);
            }
        }
        return written.size();
    }

    /** What went wrong, a line for each; cut at some. */
    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    private void get(DimseClient client, Uid study, List<Kind> kinds, boolean only)
            throws IOException {
        DataSet identifier = new DataSet()
                .putString(Tag.QueryRetrieveLevel, Vr.CS, "STUDY")
                .putUid(Tag.StudyInstanceUID, study);
        try (Association association = client.open(proposing(kinds))) {
            RetrieveResult result = association.get(
                    STUDY_ROOT_GET, identifier, this::begin, counts -> {}, new Cancellation());
            if (only) {
                result.failed().stream()
                        .filter(uid -> !written.contains(uid))
                        .forEach(uid -> failed(uid, "the server could not send it"));
                if (!result.status().isDone()) {
                    throw new CommandFailedException(
                            Fault.PEER,
                            "the server answers C-GET with status " + result.status() + " "
                                    + result.comment());
                }
            }
            association.release();
        }
    }

    private RequestOptions proposing(List<Kind> kinds) {
        RequestOptions options = server.request(own)
                .propose(
                        STUDY_ROOT_GET,
                        List.of(
                                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
                                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid()));
        Set<Uid> classes = new LinkedHashSet<>();
        for (Kind kind : kinds) {
            options = options.propose(kind.sopClass(), List.of(kind.syntax()));
            classes.add(kind.sopClass());
        }
        for (Uid sopClass : classes) {
            options = options.asScp(sopClass);
        }
        return options;
    }

    private void failed(Uid instance, String why) {
        synchronized (failures) {
            if (failures.size() < MAX_LISTED) {
                failures.add("failed " + instance + ": " + why);
            }
        }
    }

    private StoreSink begin(AssociationInfo association, StoreRequest request) throws IOException {
        ExportFile.Received file = new ExportFile.Received(
                folder, request.sopClass(), request.sopInstance(), request.transferSyntax());
        return new StoreSink() {
            @Override
            public void write(ByteBuffer data) throws IOException {
                file.write(data);
            }

            @Override
            public void complete(StoreCompletion completion) {
                try (file) {
                    file.finish();
                    written.add(request.sopInstance());
                    progress.add(1, file.bytes());
                    completion.done(Status.SUCCESS);
                } catch (IOException e) {
                    failed(request.sopInstance(), String.valueOf(e.getMessage()));
                    completion.failed(e);
                }
            }

            @Override
            public void abort() {
                try {
                    file.close();
                } catch (IOException e) {
                    failed(request.sopInstance(), String.valueOf(e.getMessage()));
                }
            }
        };
    }
}
