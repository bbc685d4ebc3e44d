package strata.frontdoor.web;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.catalog.VersionEntry;
import strata.codec.image.FrameCodecs;
import strata.codec.image.Frames;
import strata.codec.image.MalformedImageException;
import strata.codec.image.PixelLayout;
import strata.dicom.DataSet;
import strata.dicom.MalformedDicomException;
import strata.dicom.Tag;
import strata.frontdoor.Selection;
import strata.frontdoor.web.render.EncodeImage;
import strata.frontdoor.web.render.RenderFrame;
import strata.frontdoor.web.render.Viewport;
import strata.frontdoor.web.render.Window;
import strata.network.http.EntityTag;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.store.Store;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Rendered frames and thumbnails, PS3.18 10.4 and 8.3.5: JPEG or PNG with the client's window,
 * viewport and quality. Of an instance with several frames the first is shown, of a study or series
 * that of each instance; their thumbnail is of an instance from their middle. Thread-safe.
 */
final class RenderRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(RenderRoutes.class);
    private static final String STUDY = "/studies/{study}";
    private static final String SERIES = STUDY + "/series/{series}";
    private static final String INSTANCE = SERIES + "/instances/{instance}";
    private static final int THUMBNAIL_PIXELS = 128;
    static final int DEFAULT_QUALITY = 90;
    private static final int MOST_CANDIDATES = 5;
    private static final int MOST_FRAMES = 256;

    /** Memory of frames that are being rendered, over all requests; a unit is a kilobyte. */
    private static final int MEMORY_UNITS = 96 << 10;

    private static final int UNIT_BYTES = 1 << 10;
    private static final long PATIENCE_SECONDS = 30;

    static final List<MediaType> OFFERED = List.of(MediaType.JPEG, MediaType.PNG);

    private final Store store;
    private final Retrieved retrieved;
    private final Semaphore memory = new Semaphore(MEMORY_UNITS, true);

    RenderRoutes(Store store, Retrieved retrieved) {
        this.store = store;
        this.retrieved = retrieved;
    }

    void addTo(DicomWeb.Routes routes) {
        routes.get(STUDY + "/rendered", r -> each(r, Target.study(r)));
        routes.get(SERIES + "/rendered", r -> each(r, Target.series(r)));
        routes.get(STUDY + "/thumbnail", r -> thumbnailOf(r, Target.study(r)));
        routes.get(SERIES + "/thumbnail", r -> thumbnailOf(r, Target.series(r)));
        routes.get(INSTANCE + "/thumbnail", r -> instance(r, List.of(1), true));
        routes.get(INSTANCE + "/rendered", r -> instance(r, List.of(1), false));
        routes.get(INSTANCE + "/frames/{frames}/thumbnail", r -> instance(r, frames(r), true));
        routes.get(INSTANCE + "/frames/{frames}/rendered", r -> instance(r, frames(r), false));
    }

    private static List<Integer> frames(Request request) throws HttpException {
        return PixelRoutes.numbers(request.pathParameter("frames"));
    }

    /** What the client wants to see. */
    record Wishes(
            MediaType type, Optional<Window> window, Optional<Viewport> viewport, int quality) {
        /** @throws HttpException 400 for a parameter that cannot be, 406 for another type */
        static Wishes of(Request request, Accept.Choice choice, boolean thumbnail)
                throws HttpException {
            try {
                Optional<Viewport> viewport = request.query("viewport").map(Viewport::parse);
                int quality =
                        request.query("quality").map(Integer::parseInt).orElse(DEFAULT_QUALITY);
                if (quality < 1 || quality > 100) {
                    throw new IllegalArgumentException("quality is a number from 1 to 100");
                }
                return new Wishes(
                        choice.offered(),
                        request.query("window").map(Window::parse),
                        thumbnail && viewport.isEmpty()
                                ? Optional.of(Viewport.square(THUMBNAIL_PIXELS))
                                : viewport,
                        quality);
            } catch (IllegalArgumentException e) {
                throw new HttpException(
                        400, "a rendering parameter cannot be: " + e.getMessage(), e);
            }
        }
    }

    private Response thumbnailOf(Request request, Target target) throws IOException {
        Wishes wishes = Wishes.of(request, Accept.of(request).choose(OFFERED), true);
        for (VersionEntry version : candidates(target)) {
            if (layout(version).isPresent()) {
                return pictures(request, version, List.of(1), wishes);
            }
        }
        throw notRenderable();
    }

    /** Some instances of a study or series, from its middle outwards. */
    private List<VersionEntry> candidates(Target target) throws IOException {
        Selection selection = target.selection(store.catalog());
        int count = selection.measure().count();
        if (count == 0) {
            throw target.absent(store.catalog());
        }
        int from = Math.max(0, (count - MOST_CANDIDATES) / 2);
        List<VersionEntry> found = new ArrayList<>();
        int[] at = new int[1];
        selection.forEach(version -> {
            if (at[0]++ >= from) {
                found.add(version);
            }
            return found.size() < MOST_CANDIDATES;
        });
        found.add(0, found.remove(found.size() / 2));
        return found;
    }

    /** How the frames of an instance lie; empty when they cannot be rendered. */
    Optional<PixelLayout> layout(VersionEntry version) throws IOException {
        try (StoredDataSet source = new StoredDataSet(store, version)) {
            return Frames.open(source, source.syntax())
                    .filter(frames -> isRenderable(frames, source))
                    .map(Frames::decodedLayout);
        }
    }

    private static boolean isRenderable(Frames frames, StoredDataSet source) {
        boolean isFloat = frames.header().contains(Tag.FloatPixelData)
                || frames.header().contains(Tag.DoubleFloatPixelData);
        return !isFloat
                && (!frames.isEncapsulated()
                        || FrameCodecs.decoder(source.syntax()).isPresent());
    }

    static HttpException notRenderable() {
        return new HttpException(406, "there are no frames here that can be rendered");
    }

    /** A part for each instance that can be rendered; the others are left out. */
    private Response each(Request request, Target target) throws IOException {
        Wishes wishes = Wishes.of(request, Accept.of(request).choose(OFFERED), false);
        Selection selection = target.selection(store.catalog());
        if (selection.measure().count() == 0) {
            throw target.absent(store.catalog());
        }
        boolean[] any = new boolean[1];
        selection.forEach(version -> {
            any[0] = canBeRendered(version);
            return !any[0];
        });
        if (!any[0]) {
            throw notRenderable();
        }
        String boundary = MultipartWriter.boundary();
        return Response.stream(
                MultipartWriter.contentType(wishes.type(), boundary),
                out -> retrieved.record(request, target.study(), WadoMeters.Kind.RENDERED, () -> {
                    MultipartWriter parts =
                            new MultipartWriter(out, boundary, DicomWeb.url(request));
                    int[] count = new int[1];
                    selection.forEach(version -> {
                        if (canBeRendered(version)) {
                            render(version, List.of(1), wishes, (frame, picture) -> {
                                addPart(parts, version, "/rendered", wishes, picture);
                                count[0]++;
                            });
                        }
                        return true;
                    });
                    parts.end();
                    return count[0];
                }));
    }

    private static void addPart(
            MultipartWriter parts,
            VersionEntry version,
            String below,
            Wishes wishes,
            byte[] picture)
            throws IOException {
        parts.part(Map.of(
                        "Content-Type",
                        wishes.type().toString(),
                        "Content-Location",
                        parts.url(version) + below))
                .write(picture);
    }

    private boolean canBeRendered(VersionEntry version) throws IOException {
        try {
            return layout(version).isPresent();
        } catch (MalformedImageException | MalformedDicomException e) {
            LOG.info(
                    "instance {} is left out of rendered ones: {}",
                    version.key().instance(),
                    e.getMessage());
            return false;
        }
    }

    private Response instance(Request request, List<Integer> frames, boolean thumbnail)
            throws IOException {
        Wishes wishes = Wishes.of(request, Accept.of(request).choose(OFFERED), thumbnail);
        VersionEntry version = Target.instance(request).version(store.catalog());
        return pictures(request, version, frames, wishes);
    }

    /** One picture, or for several frames one part for each. */
    Response pictures(Request request, VersionEntry version, List<Integer> frames, Wishes wishes)
            throws IOException {
        if (frames.size() > MOST_FRAMES) {
            throw new HttpException(413, "more than " + MOST_FRAMES + " frames");
        }
        EntityTag tag = EntityTag.strong(version.digest() + "-"
                + Integer.toHexString(List.of(frames, wishes).toString().hashCode()));
        if (tag.isKnownTo(request)) {
            return tag.notModified();
        }
        if (frames.size() == 1) {
            byte[][] picture = new byte[1][];
            retrieved.record(request, version.key().study(), WadoMeters.Kind.RENDERED, () -> {
                render(version, frames, wishes, (frame, bytes) -> picture[0] = bytes);
                return 1;
            });
            return Response.bytes(200, wishes.type().toString(), picture[0])
                    .withHeader("etag", tag.toString());
        }
        String boundary = MultipartWriter.boundary();
        return Response.stream(
                MultipartWriter.contentType(wishes.type(), boundary),
                out -> retrieved.record(
                        request, version.key().study(), WadoMeters.Kind.RENDERED, () -> {
                            MultipartWriter parts =
                                    new MultipartWriter(out, boundary, DicomWeb.url(request));
                            render(version, frames, wishes, (frame, bytes) -> {
                                String below = "/frames/" + frame + "/rendered";
                                addPart(parts, version, below, wishes, bytes);
                            });
                            parts.end();
                            return 1;
                        }));
    }

    /** Takes the picture of a frame. */
    private interface Pictures {
        void take(int frame, byte[] picture) throws IOException;
    }

    private void render(VersionEntry version, List<Integer> wanted, Wishes wishes, Pictures to)
            throws IOException {
        try (StoredDataSet source = new StoredDataSet(store, version)) {
            Frames frames = Frames.open(source, source.syntax())
                    .filter(f -> isRenderable(f, source))
                    .orElseThrow(RenderRoutes::notRenderable);
            for (int frame : wanted) {
                if (frame > frames.count()) {
                    throw new HttpException(404, "the instance has " + frames.count() + " frames");
                }
                to.take(frame, picture(frames, frame - 1, wishes));
            }
        }
    }

    private byte[] picture(Frames frames, int frame, Wishes wishes) throws IOException {
        PixelLayout layout = frames.decodedLayout();
        long bytes = 2 * layout.frameBytes() + RenderFrame.memoryBytes(layout);
        int units = (int) Math.min(MEMORY_UNITS, bytes / UNIT_BYTES + 1);
        take(units);
        try {
            DataSet header = frames.header();
            BufferedImage image = RenderFrame.render(
                    frames.decoded(frame), layout, header, frame, wishes.window());
            if (wishes.viewport().isPresent()) {
                image = wishes.viewport().get().apply(image);
            }
            return wishes.type().equals(MediaType.PNG)
                    ? EncodeImage.png(image)
                    : EncodeImage.jpeg(image, wishes.quality());
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, e.getMessage(), e);
        } finally {
            memory.release(units);
        }
    }

    private void take(int units) throws IOException {
        try {
            if (!memory.tryAcquire(units, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new HttpException(503, "too much is being rendered");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting to render", e);
        }
    }
}
