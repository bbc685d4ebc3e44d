package strata.frontdoor.web;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.DescriptionCache;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.codec.image.MalformedImageException;
import strata.dicom.TransferSyntax;
import strata.frontdoor.ColdInstances;
import strata.frontdoor.IdentityChange;
import strata.frontdoor.InstanceSource;
import strata.frontdoor.ReadAhead;
import strata.frontdoor.Selection;
import strata.frontdoor.identity.Coercion;
import strata.network.http.BodyWriter;
import strata.network.http.EntityTag;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.store.Store;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * WADO-RS, PS3.18 10.4: studies, series and instances as they are stored, in
 * {@code multipart/related} or in a zip archive; with {@link MetadataRoutes}, {@link PixelRoutes}
 * and {@link RenderRoutes}. Thread-safe.
 */
final class WadoRoutes {
    /** Instances that are read ahead at a time, over all requests; they wait for the disk. */
    private static final int READERS = 8;

    /** Pooled memory of what is read ahead, over all requests. */
    private static final long READ_AHEAD_BYTES = 48L << 20;

    private static final List<MediaType> SEVERAL =
            List.of(MediaType.multipart(MediaType.DICOM), MediaType.ZIP);
    private static final List<MediaType> ONE =
            List.of(MediaType.multipart(MediaType.DICOM), MediaType.DICOM, MediaType.ZIP);

    private final Store store;
    private final Coercion coercion;
    private final Descriptions descriptions;
    private final Retrieved retrieved;
    private final Readable readable;
    private final ReadAhead.Readers readers;

    WadoRoutes(
            Store store,
            Coercion coercion,
            DescriptionCache cache,
            ColdInstances cold,
            Consumer<Set<SeriesKey>> accessed,
            Metrics metrics,
            Audit audit) {
        this.store = store;
        this.coercion = coercion;
        this.descriptions = new Descriptions(store, cache);
        this.retrieved = new Retrieved(store.catalog(), accessed, audit, new WadoMeters(metrics));
        this.readable = new Readable(store, cold);
        this.readers = ReadAhead.Readers.start("web-ahead", READERS, READ_AHEAD_BYTES);
        metrics.gauge(
                "strata_wado_read_ahead_bytes",
                "Memory of instances that are read ahead, over all retrievals over the web",
                readers::bytes);
    }

    void addTo(DicomWeb.Routes routes) {
        routes.get("/studies/{study}", r -> several(r, Target.study(r)));
        routes.get("/studies/{study}/series/{series}", r -> several(r, Target.series(r)));
        routes.get(
                "/studies/{study}/series/{series}/instances/{instance}",
                r -> one(r, Target.instance(r)));
        new MetadataRoutes(store, coercion, retrieved, descriptions, readers.executor())
                .addTo(routes);
        new PixelRoutes(store, retrieved).addTo(routes);
        RenderRoutes pictures = new RenderRoutes(store, retrieved);
        pictures.addTo(routes);
        new WadoUriRoutes(store, this, pictures).addTo(routes);
    }

    private Response several(Request request, Target target) throws IOException {
        Accept accept = Accept.of(request);
        Accept.Choice choice = accept.choose(SEVERAL);
        Selection selection = target.selection(store.catalog());
        int count = selection.measure().count();
        if (count == 0) {
            throw target.absent(store.catalog());
        }
        if (choice.offered().equals(MediaType.ZIP) && count > ZipWriter.MAX_ENTRIES) {
            throw new HttpException(413, "too many instances for one archive: " + count);
        }
        SyntaxWishes wishes = wishes(accept, choice);
        int possible = wishes.takeAnything() ? count : possible(selection, wishes);
        if (possible == 0) {
            throw new HttpException(406, "no instance can be sent in an accepted transfer syntax");
        }
        readable.require(selection);
        int status = possible == count ? 200 : 206;
        return packed(request, target.study(), choice, status, to -> send(selection, wishes, to));
    }

    private int send(Selection selection, SyntaxWishes wishes, Package to) throws IOException {
        SendInstances sending = new SendInstances(store, coercion, wishes, to);
        try {
            return sending.run(selection, readers);
        } finally {
            retrieved.meters().leftOut(sending.leftOut());
        }
    }

    /** In an archive instances are as they are stored, unless the client names a syntax. */
    private static SyntaxWishes wishes(Accept accept, Accept.Choice choice) throws HttpException {
        boolean asStored = choice.offered().equals(MediaType.ZIP)
                && choice.transferSyntax().isEmpty();
        return asStored
                ? SyntaxWishes.stored()
                : SyntaxWishes.of(accept.choices(List.of(choice.offered())));
    }

    /** Fills a package and returns of how many instances. */
    private interface Filling {
        int fill(Package to) throws IOException;
    }

    private Response packed(
            Request request, Uid study, Accept.Choice choice, int status, Filling filling) {
        boolean zip = choice.offered().equals(MediaType.ZIP);
        String boundary = MultipartWriter.boundary();
        String type = zip
                ? MediaType.ZIP.toString()
                : MultipartWriter.contentType(MediaType.DICOM, boundary);
        WadoMeters.Kind kind = zip ? WadoMeters.Kind.ZIP : WadoMeters.Kind.INSTANCES;
        Response response = Response.stream(status, type, out -> {
            Package to = zip
                    ? new ZipWriter(out)
                    : new MultipartWriter(out, boundary, DicomWeb.url(request));
            retrieved.record(request, study, kind, () -> filling.fill(to));
        });
        return zip
                ? response.withHeader(
                        "content-disposition", "attachment; filename=\"" + study + ".zip\"")
                : response;
    }

    private static int possible(Selection selection, SyntaxWishes wishes) throws IOException {
        int[] count = new int[1];
        selection.forEach(version -> {
            count[0] += wishes.choose(version).isPresent() ? 1 : 0;
            return true;
        });
        return count[0];
    }

    private Response one(Request request, Target target) throws IOException {
        Accept accept = Accept.of(request);
        Accept.Choice choice = accept.choose(ONE);
        VersionEntry version = target.version(store.catalog());
        SyntaxWishes wishes = wishes(accept, choice);
        if (choice.offered().equals(MediaType.DICOM)) {
            return file(request, version, wishes);
        }
        Uid syntax = wishes.choose(version).orElseThrow(WadoRoutes::noSyntax);
        readable.require(version);
        return packed(request, target.study(), choice, 200, to -> {
            IdentityChange change = IdentityChange.of(store, version, coercion);
            try (InstanceSource source = open(version, syntax, wishes, change)) {
                to.add(version, SendInstances.header(version, source.transferSyntax()), source);
            }
            to.end();
            return 1;
        });
    }

    private static HttpException noSyntax() {
        return new HttpException(406, "the instance cannot be sent in an accepted transfer syntax");
    }

    /**
     * One instance as it stands, application/dicom. Under the current identity of its patient too
     * it has an entity tag, which another merge changes, and its length, since only its head is
     * another. Of one that is transcoded or that is stored deflated and changes nobody knows the
     * length before it is encoded.
     */
    Response file(Request request, VersionEntry version, SyntaxWishes wishes) throws IOException {
        Uid syntax = wishes.choose(version).orElseThrow(WadoRoutes::noSyntax);
        boolean changes = coercion.isActive();
        if (changes) {
            readable.require(version);
        }
        IdentityChange change = IdentityChange.of(store, version, coercion);
        EntityTag tag = tag(version, syntax, change);
        if (tag.isKnownTo(request)) {
            return tag.notModified();
        }
        if (!changes) {
            readable.require(version);
        }
        boolean stored = syntax.equals(version.transferSyntax());
        // Pixels that turn out to be broken leave as they are stored: then the file alone says how.
        MediaType type = stored || !wishes.takeAnything()
                ? MediaType.DICOM.with(MediaType.TRANSFER_SYNTAX, syntax.value())
                : MediaType.DICOM;
        BodyWriter body = out ->
                retrieved.record(request, version.key().study(), WadoMeters.Kind.INSTANCES, () -> {
                    try (InstanceSource source = open(version, syntax, wishes, change)) {
                        out.write(SendInstances.header(version, source.transferSyntax()));
                        SendSource.send(source, out);
                    }
                    return 1;
                });
        boolean known = stored && (change.isNone() || !TransferSyntax.of(syntax).isDeflated());
        Response response = known
                ? Response.stream(
                        200, type.toString(), version.lengthBytes() + change.growthBytes(), body)
                : Response.stream(200, type.toString(), body);
        return response.withHeader("etag", tag.toString());
    }

    private InstanceSource open(
            VersionEntry version, Uid syntax, SyntaxWishes wishes, IdentityChange change)
            throws IOException {
        try {
            return InstanceSource.open(store, version, List.of(syntax), change);
        } catch (MalformedImageException e) {
            if (!wishes.takeAnything()) {
                throw new HttpException(
                        406, "its pixels do not go into an accepted transfer syntax", e);
            }
            return InstanceSource.open(store, version, List.of(version.transferSyntax()), change);
        }
    }

    /** The digest names the stored bytes; re-encoded ones are the same each time. */
    private static EntityTag tag(VersionEntry version, Uid syntax, IdentityChange change) {
        boolean stored = syntax.equals(version.transferSyntax());
        if (stored && change.isNone()) {
            return EntityTag.of(version.digest());
        }
        return EntityTag.strong(version.digest()
                + (stored ? "" : "-" + syntax)
                + (change.isNone() ? "" : "-" + change.name()));
    }
}
