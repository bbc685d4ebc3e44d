package strata.frontdoor.web;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.codec.image.PixelLayout;
import strata.frontdoor.web.render.Viewport;
import strata.frontdoor.web.render.Window;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.store.Store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * WADO-URI, PS3.18 9: one instance by the parameters of a query, as it is or rendered. What it
 * answers is what WADO-RS answers for the same. Anonymizing, annotation and presentation states are
 * not offered. Thread-safe.
 */
final class WadoUriRoutes {
    private static final int MAX_SIDE = 8192;
    private static final List<MediaType> OFFERED =
            List.of(MediaType.JPEG, MediaType.PNG, MediaType.DICOM);

    private final Store store;
    private final WadoRoutes files;
    private final RenderRoutes pictures;

    WadoUriRoutes(Store store, WadoRoutes files, RenderRoutes pictures) {
        this.store = store;
        this.files = files;
        this.pictures = pictures;
    }

    void addTo(DicomWeb.Routes routes) {
        routes.get("/wado", this::retrieve);
    }

    private Response retrieve(Request request) throws IOException {
        if (!request.query("requestType").equals(Optional.of("WADO"))) {
            throw new HttpException(400, "requestType must be WADO");
        }
        if (request.query("anonymize").isPresent()) {
            throw new HttpException(501, "anonymizing is not offered");
        }
        Target target = new Target(
                uid(request, "studyUID"),
                Optional.of(uid(request, "seriesUID")),
                Optional.of(uid(request, "objectUID")));
        VersionEntry version = target.version(store.catalog());
        Optional<PixelLayout> layout = pictures.layout(version);
        boolean asFile = type(request, layout.isPresent()).equals(MediaType.DICOM);
        if (asFile) {
            if (request.query("frameNumber").isPresent()) {
                throw new HttpException(400, "a frame is not an object of application/dicom");
            }
            return files.file(request, version, syntax(request));
        }
        if (layout.isEmpty()) {
            throw RenderRoutes.notRenderable();
        }
        int frame = number(request, "frameNumber").orElse(1);
        return pictures.pictures(request, version, List.of(frame), wishes(request, layout.get()));
    }

    private static Uid uid(Request request, String name) throws HttpException {
        String text =
                request.query(name).orElseThrow(() -> new HttpException(400, name + " is missing"));
        if (!Uid.isValid(text)) {
            throw new HttpException(400, name + " is no UID");
        }
        return new Uid(text);
    }

    /** The default of PS3.18 9.1.2.2.1: a picture of what can be shown, else the object. */
    private static MediaType type(Request request, boolean isRenderable) throws HttpException {
        List<String> asked = request.queryValues("contentType");
        if (asked.isEmpty()) {
            return isRenderable ? MediaType.JPEG : MediaType.DICOM;
        }
        return Accept.of(asked).choose(OFFERED).offered();
    }

    private static SyntaxWishes syntax(Request request) throws HttpException {
        MediaType asked = request.query("transferSyntax")
                .map(uid -> MediaType.DICOM.with(MediaType.TRANSFER_SYNTAX, uid))
                .orElse(MediaType.DICOM);
        return SyntaxWishes.of(List.of(new Accept.Choice(MediaType.DICOM, asked)));
    }

    private static RenderRoutes.Wishes wishes(Request request, PixelLayout layout)
            throws HttpException {
        MediaType type = type(request, true);
        try {
            Optional<String> center = request.query("windowCenter");
            Optional<String> width = request.query("windowWidth");
            if (center.isPresent() != width.isPresent()) {
                throw new IllegalArgumentException("a window has a center and a width");
            }
            Optional<Window> window = center.map(c -> Window.parse(c + "," + width.orElseThrow()));
            int quality = number(request, "imageQuality").orElse(RenderRoutes.DEFAULT_QUALITY);
            if (quality > 100) {
                throw new IllegalArgumentException("imageQuality is a number from 1 to 100");
            }
            return new RenderRoutes.Wishes(type, window, viewport(request, layout), quality);
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, "a parameter cannot be: " + e.getMessage(), e);
        }
    }

    private static Optional<Viewport> viewport(Request request, PixelLayout layout)
            throws HttpException {
        Optional<Integer> rows = number(request, "rows");
        Optional<Integer> columns = number(request, "columns");
        Optional<String> region = request.query("region");
        if (rows.isEmpty() && columns.isEmpty() && region.isEmpty()) {
            return Optional.empty();
        }
        List<Integer> part = region.isEmpty()
                ? List.of(0, 0, layout.columns(), layout.rows())
                : region(region.get(), layout);
        boolean sized = rows.isPresent() || columns.isPresent();
        return Optional.of(new Viewport(
                columns.orElse(sized ? MAX_SIDE : part.get(2)),
                rows.orElse(sized ? MAX_SIDE : part.get(3)),
                part.get(0),
                part.get(1),
                part.get(2),
                part.get(3)));
    }

    /** Left, top, right and bottom as fractions of the frame; as left, top, width, height. */
    private static List<Integer> region(String text, PixelLayout layout) {
        String[] parts = text.split(",", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("a region has four edges");
        }
        List<Integer> edges = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            double edge = Double.parseDouble(parts[i]);
            if (!(edge >= 0 && edge <= 1)) {
                throw new IllegalArgumentException("an edge of a region is from 0 to 1");
            }
            edges.add((int) Math.round(edge * (i % 2 == 0 ? layout.columns() : layout.rows())));
        }
        int width = edges.get(2) - edges.get(0);
        int height = edges.get(3) - edges.get(1);
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("the region is empty");
        }
        return List.of(edges.get(0), edges.get(1), width, height);
    }

    private static Optional<Integer> number(Request request, String name) throws HttpException {
        Optional<String> text = request.query(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.get().matches("[0-9]{1,8}") || Integer.parseInt(text.get()) == 0) {
            throw new HttpException(400, name + " is a number from 1");
        }
        return Optional.of(Integer.parseInt(text.get()));
    }
}
