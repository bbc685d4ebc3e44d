package strata.frontdoor.web;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.StorageException;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DicomJson;
import strata.dicom.DicomXml;
import strata.frontdoor.web.StoreOutcome.Failed;
import strata.frontdoor.web.StoreOutcome.Stored;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.store.Store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * STOW-RS, PS3.18 10.5: instances go to the store as they come, exactly as by C-STORE, and one is
 * listed as stored after its durable write. Thread-safe.
 */
final class StowRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(StowRoutes.class);

    /** One request may bring what a store of this size would be asked to hold at once. */
    static final long MAX_REQUEST_BYTES = 1L << 40;

    private static final MediaType DICOM = MediaType.DICOM;
    private static final String RELATED = "multipart/related";

    private static final String TAKEN = Stream.of(
                    MediaType.DICOM, MediaType.DICOM_JSON, MediaType.DICOM_XML)
            .map(type -> MediaType.multipart(type).toString())
            .collect(Collectors.joining(", ", MediaType.DICOM + ", ", ""));

    /** Bounds what is remembered for the response. */
    private static final MultipartReader.Limits PARTS =
            new MultipartReader.Limits(20_000, 8 * 1024, 64 * 1024);

    private static final int COMMITTERS = 32;

    private final Store store;
    private final SpoolDirectory spools;
    private final Audit audit;
    private final Metrics.Counter instances;
    private final Executor committers;

    StowRoutes(Store store, SpoolDirectory spools, Metrics metrics, Audit audit) {
        this.store = store;
        this.spools = spools;
        this.audit = audit;
        this.instances = metrics.counter(
                "strata_stow_instances_total", "Instances of STOW-RS requests.", "outcome");
        this.committers = committers();
    }

    /** Runs each commit at once: in a thread of its own, or in the caller's when all are taken. */
    private static Executor committers() {
        return new ThreadPoolExecutor(
                0,
                COMMITTERS,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> {
                    Thread thread = new Thread(work, "strata-stow-commit");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
    }

    void addTo(DicomWeb.Routes routes) {
        routes.post("/studies", MAX_REQUEST_BYTES, request -> store(request, Optional.empty()))
                .post(
                        "/studies/{study}",
                        MAX_REQUEST_BYTES,
                        request -> store(request, Optional.of(request.pathUid("study"))));
    }

    private Response store(Request request, Optional<Uid> study) throws IOException {
        String field = request.header("Content-Type")
                .orElseThrow(() -> unsupported("a Content-Type is needed"));
        MediaType type = MediaType.parse(field)
                .orElseThrow(() -> new HttpException(400, "the Content-Type cannot be read"));
        StoreInstances.Source source = source(request, type);
        Accept.of(request);
        String peer = request.actor();
        StoreInstances storing =
                new StoreInstances(store, study, committers, outcome -> note(outcome, peer));
        try {
            storing.run(source);
        } finally {
            audited(storing.stored(), peer);
        }
        if (storing.outcomes().isEmpty()) {
            throw new HttpException(400, "the request holds no instance");
        }
        return response(request, storing);
    }

    /** In JSON to who takes neither, since what was stored has to be told. */
    private static Response response(Request request, StoreInstances storing) throws IOException {
        DataSet module = new StoreResponse(DicomWeb.url(request)).module(storing);
        MediaType type = Accept.of(request)
                .find(List.of(MediaType.DICOM_JSON, MediaType.DICOM_XML))
                .map(Accept.Choice::offered)
                .orElse(MediaType.DICOM_JSON);
        StringBuilder text = new StringBuilder();
        if (type.equals(MediaType.DICOM_XML)) {
            DicomXml.write(module, DicomJson.BulkLinks.NONE, text);
        } else {
            DicomJson.write(module, DicomJson.BulkLinks.NONE, text);
        }
        return Response.bytes(
                status(storing), type.toString(), text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private StoreInstances.Source source(Request request, MediaType type) throws HttpException {
        if (type.essence().equals(DICOM.essence())) {
            return into -> into.one(request.body());
        }
        if (!type.essence().equals(RELATED)) {
            throw unsupported("another media type");
        }
        String boundary = type.parameter("boundary")
                .orElseThrow(() ->
                        new HttpException(400, "the Content-Type names no multipart boundary"));
        MediaType parts = type.partType().orElse(DICOM);
        MultipartReader reader = new MultipartReader(request.body(), boundary, PARTS);
        if (StoreMetadata.isMetadata(parts)) {
            return new StoreMetadata(spools, reader, parts);
        }
        if (!parts.essence().equals(DICOM.essence())) {
            throw unsupported("multipart of another type");
        }
        return into -> parts(reader, into);
    }

    private static void parts(MultipartReader reader, StoreInstances into) throws IOException {
        while (reader.next()) {
            Optional<String> field = reader.header("Content-Type");
            Optional<MediaType> type = field.flatMap(MediaType::parse);
            if (field.isEmpty()
                    || type.filter(t -> t.essence().equals(DICOM.essence())).isPresent()) {
                into.one(reader.stream());
            } else {
                into.refused(StoreOutcome.failed(
                        StoreOutcome.CANNOT_UNDERSTAND, "a part is of another media type"));
            }
        }
    }

    private static HttpException unsupported(String why) {
        return new HttpException(415, why + "; instances are taken as DICOM files, or as metadata")
                .withHeader("accept", TAKEN);
    }

    /** PS3.18 table 10.5.3-1; a medium that takes no more is the server's, and says so. */
    private static int status(StoreInstances storing) {
        boolean anyStored = !storing.stored().isEmpty();
        boolean anyWarning = storing.stored().stream().anyMatch(s -> s.warning().isPresent());
        if (anyStored) {
            return storing.failed().isEmpty() && !anyWarning ? 200 : 202;
        }
        Optional<StorageException> storage = storing.storageFailure();
        if (storage.isEmpty()) {
            return 409;
        }
        return switch (storage.get().kind()) {
            case FULL, READ_ONLY -> 507;
            case UNAVAILABLE, ON_ITS_WAY -> 503;
            case FAILED -> 500;
        };
    }

    private void note(StoreOutcome outcome, String peer) {
        if (outcome instanceof Stored stored) {
            instances.increment(stored.warning().isPresent() ? "warning" : "stored");
            return;
        }
        Failed failed = (Failed) outcome;
        instances.increment("refused");
        String instance = failed.of().map(n -> n.sopInstance().value()).orElse("unnamed");
        LOG.warn("STOW from {}: instance {} refused: {}", peer, instance, failed.message());
        audit.record(
                Audit.Action.INSTANCES_REFUSED,
                Audit.Outcome.REFUSED,
                peer,
                Map.of("instance", instance));
    }

    private void audited(List<Stored> stored, String peer) {
        if (!stored.isEmpty()) {
            audit.record(
                    Audit.Action.INSTANCES_STORED,
                    Audit.Outcome.SUCCESS,
                    peer,
                    Map.of(
                            "study",
                            stored.get(0).key().study().value(),
                            "instances",
                            Integer.toString(stored.size())));
        }
    }
}
