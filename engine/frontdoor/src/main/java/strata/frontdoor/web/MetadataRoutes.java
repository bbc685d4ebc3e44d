package strata.frontdoor.web;

import strata.base.Digest;
import strata.base.Uid;
import strata.catalog.StudySummary;
import strata.frontdoor.Selection;
import strata.frontdoor.identity.Coercion;
import strata.network.http.EntityTag;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.store.Store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Metadata of studies, series and instances, PS3.18 10.4: all attributes but the bulk data, which
 * is given by reference. Made of the heads of the stored objects, so that it is what was received
 * (by configuration, of a merged patient under the current identity), and kept for the next time;
 * see {@link Descriptions}. Thread-safe.
 */
final class MetadataRoutes {
    private static final List<MediaType> OFFERED =
            List.of(MediaType.DICOM_JSON, MediaType.JSON, MediaType.multipart(MediaType.DICOM_XML));

    private final Store store;
    private final Coercion coercion;
    private final Retrieved retrieved;
    private final Descriptions descriptions;
    private final Executor executor;

    /** @param executor on which heads are read ahead */
    MetadataRoutes(
            Store store,
            Coercion coercion,
            Retrieved retrieved,
            Descriptions descriptions,
            Executor executor) {
        this.store = store;
        this.coercion = coercion;
        this.retrieved = retrieved;
        this.descriptions = descriptions;
        this.executor = executor;
    }

    void addTo(DicomWeb.Routes routes) {
        routes.get("/studies/{study}/metadata", r -> metadata(r, Target.study(r)));
        routes.get("/studies/{study}/series/{series}/metadata", r -> metadata(r, Target.series(r)));
        routes.get(
                "/studies/{study}/series/{series}/instances/{instance}/metadata",
                r -> metadata(r, Target.instance(r)));
    }

    private Response metadata(Request request, Target target) throws IOException {
        MediaType chosen = Accept.of(request).choose(OFFERED).offered();
        if (target.instance().isPresent()) {
            target.version(store.catalog());
        }
        Selection selection = target.selection(store.catalog());
        int count = selection.measure().count();
        if (count == 0) {
            throw target.absent(store.catalog());
        }
        boolean changes = isMerged(target.study());
        EntityTag tag = tag(selection, request.baseUrl(), chosen);
        if (!changes && tag.isKnownTo(request)) {
            return tag.notModified();
        }
        MetadataModel model = chosen.isMultipart() ? MetadataModel.XML : MetadataModel.JSON;
        String boundary = MultipartWriter.boundary();
        String type = switch (model) {
            case JSON -> chosen.toString();
            case XML -> MultipartWriter.contentType(MediaType.DICOM_XML, boundary);
        };
        String url = DicomWeb.url(request);
        Response response = Response.stream(
                type,
                out -> retrieved.record(
                        request,
                        target.study(),
                        WadoMeters.Kind.METADATA,
                        () -> new DescribeInstances(
                                        changes ? descriptions.coerced(coercion) : descriptions,
                                        executor,
                                        model,
                                        url,
                                        out,
                                        boundary)
                                .run(selection)));
        return changes ? response : response.withHeader("etag", tag.toString());
    }

    /** What is kept of other studies stays of use. */
    private boolean isMerged(Uid study) throws IOException {
        Optional<StudySummary> summary =
                coercion.isActive() ? store.catalog().summary(study) : Optional.empty();
        return summary.filter(s -> coercion.concerns(s.patientId(), s.issuerOfPatientId()))
                .isPresent();
    }

    /**
     * Names what is described, whatever the order: the digests of all versions, one over the other,
     * and what the references to bulk data begin with.
     */
    private static EntityTag tag(Selection selection, String url, MediaType type)
            throws IOException {
        long[] all = new long[4];
        int[] count = new int[1];
        selection.forEachByKey(version -> {
            Digest digest = version.digest();
            all[0] ^= digest.a();
            all[1] ^= digest.b();
            all[2] ^= digest.c();
            all[3] ^= digest.d();
            count[0]++;
            return true;
        });
        int form = (url + type).hashCode();
        return EntityTag.weak(new Digest(all[0], all[1], all[2], all[3]) + "-" + count[0] + "-"
                + Integer.toHexString(form));
    }
}
