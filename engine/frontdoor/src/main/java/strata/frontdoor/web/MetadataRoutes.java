package strata.frontdoor.web;

import strata.catalog.VersionEntry;
import strata.frontdoor.Selection;
import strata.network.http.EntityTag;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.store.Store;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Metadata of studies, series and instances, PS3.18 10.4: all attributes but the bulk data, which
 * is given by reference. Read from the heads of the stored objects, not from the index, so that it
 * is what was received. Thread-safe.
 */
final class MetadataRoutes {
    private static final List<MediaType> OFFERED =
            List.of(MediaType.DICOM_JSON, MediaType.JSON, MediaType.multipart(MediaType.DICOM_XML));

    private final Store store;
    private final Retrieved retrieved;
    private final Executor executor;

    /** @param executor on which heads are read ahead */
    MetadataRoutes(Store store, Retrieved retrieved, Executor executor) {
        this.store = store;
        this.retrieved = retrieved;
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
        EntityTag tag = tag(selection, request.baseUrl(), chosen);
        if (tag.isKnownTo(request)) {
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
                                        new ReadHead(store), executor, model, url, out, boundary)
                                .run(selection)));
        return response.withHeader("etag", tag.toString());
    }

    /**
     * Names what is described, whatever the order: the digests of all versions, one over the other,
     * and what the references to bulk data begin with.
     */
    private static EntityTag tag(Selection selection, String url, MediaType type)
            throws IOException {
        byte[] all = new byte[32];
        int[] count = new int[1];
        selection.forEach(version -> {
            merge(version, all);
            count[0]++;
            return true;
        });
        int form = (url + type).hashCode();
        return EntityTag.weak(
                HexFormat.of().formatHex(all) + "-" + count[0] + "-" + Integer.toHexString(form));
    }

    private static void merge(VersionEntry version, byte[] into) {
        byte[] digest = HexFormat.of().parseHex(version.digest().toString());
        for (int i = 0; i < into.length; i++) {
            into[i] ^= digest[i];
        }
    }
}
