package strata.frontdoor.web;

import strata.base.ByteRange;
import strata.catalog.VersionEntry;
import strata.codec.image.Frames;
import strata.network.http.ByteRanges;
import strata.network.http.EntityTag;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.network.http.ResponseStream;
import strata.store.Store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Frames and bulk data of an instance, PS3.18 10.4. Thread-safe. */
final class PixelRoutes {
    private static final String INSTANCE = "/studies/{study}/series/{series}/instances/{instance}";
    private static final int MAX_FRAMES = 4096;
    private static final List<MediaType> BULK =
            List.of(MediaType.OCTET_STREAM, MediaType.multipart(MediaType.OCTET_STREAM));

    private final Store store;
    private final Retrieved retrieved;

    PixelRoutes(Store store, Retrieved retrieved) {
        this.store = store;
        this.retrieved = retrieved;
    }

    void addTo(DicomWeb.Routes routes) {
        routes.get(INSTANCE + "/frames/{frames}", this::frames);
        routes.get(INSTANCE + "/bulkdata/{path...}", this::bulkData);
    }

    private Response frames(Request request) throws IOException {
        List<Integer> wanted = numbers(request.pathParameter("frames"));
        VersionEntry version = Target.instance(request).version(store.catalog());
        try (StoredDataSet source = new StoredDataSet(store, version)) {
            Frames frames = open(source);
            for (int frame : wanted) {
                if (frame > frames.count()) {
                    throw new HttpException(404, "the instance has " + frames.count() + " frames");
                }
            }
            return frames(request, version, source, frames.isEncapsulated(), wanted);
        }
    }

    private static Frames open(StoredDataSet source) throws IOException {
        return Frames.open(source, source.syntax())
                .orElseThrow(() -> new HttpException(404, "the instance has no frames"));
    }

    private Response frames(
            Request request,
            VersionEntry version,
            StoredDataSet source,
            boolean encapsulated,
            List<Integer> wanted)
            throws HttpException {
        FrameForm form = FrameForm.choose(
                Accept.of(request), source.syntax(), encapsulated, wanted.size() == 1);
        EntityTag tag = EntityTag.strong(
                version.digest() + "-" + wanted.hashCode() + (form.decoded() ? "-d" : ""));
        if (!form.multipart() && tag.isKnownTo(request)) {
            return tag.notModified();
        }
        String boundary = MultipartWriter.boundary();
        String type = form.multipart()
                ? MultipartWriter.contentType(form.part(), boundary)
                : form.part().toString();
        Response response = Response.stream(
                type,
                out -> retrieved.record(
                        request, version.key().study(), WadoMeters.Kind.FRAMES, () -> {
                            MultipartWriter parts =
                                    new MultipartWriter(out, boundary, DicomWeb.url(request));
                            send(version, wanted, form, out, parts);
                            return 1;
                        }));
        return form.multipart() ? response : response.withHeader("etag", tag.toString());
    }

    private void send(
            VersionEntry version,
            List<Integer> wanted,
            FrameForm form,
            ResponseStream out,
            MultipartWriter parts)
            throws IOException {
        try (StoredDataSet source = new StoredDataSet(store, version)) {
            Frames frames = open(source);
            for (int frame : wanted) {
                byte[] bytes =
                        form.decoded() ? frames.decoded(frame - 1) : frames.stored(frame - 1);
                if (form.multipart()) {
                    parts.part(Map.of(
                            "Content-Type", form.part().toString(),
                            "Content-Length", Integer.toString(bytes.length),
                            "Content-Location", parts.url(version) + "/frames/" + frame));
                }
                out.write(bytes);
            }
        }
        if (form.multipart()) {
            parts.end();
        }
    }

    /** A list of frames, each from 1. */
    static List<Integer> numbers(String list) throws HttpException {
        List<Integer> numbers = new ArrayList<>();
        for (String text : list.split(",", -1)) {
            boolean valid = text.length() < 9 && text.matches("[0-9]+") && !text.matches("0+");
            if (!valid || numbers.size() == MAX_FRAMES) {
                throw new HttpException(400, "frames are a list of numbers from 1");
            }
            numbers.add(Integer.parseInt(text));
        }
        return numbers;
    }

    private Response bulkData(Request request) throws IOException {
        VersionEntry version = Target.instance(request).version(store.catalog());
        try (StoredDataSet source = new StoredDataSet(store, version)) {
            BulkValue value = BulkValue.find(source, request.pathParameter("path"))
                    .orElseThrow(() -> new HttpException(404, "there is no such value"));
            if (value.encapsulated()) {
                List<Integer> all = IntStream.rangeClosed(
                                1, Math.min(open(source).count(), MAX_FRAMES))
                        .boxed()
                        .toList();
                return frames(request, version, source, true, all);
            }
            return bulkData(request, version, value);
        }
    }

    private Response bulkData(Request request, VersionEntry version, BulkValue value)
            throws HttpException {
        boolean multipart = Accept.of(request).choose(BULK).offered().isMultipart();
        EntityTag tag = EntityTag.strong(version.digest() + "-" + value.offset());
        if (tag.isKnownTo(request)) {
            return tag.notModified();
        }
        ByteRange all = new ByteRange(0, value.lengthBytes());
        ByteRanges ranges = multipart
                ? new ByteRanges(all.lengthBytes(), List.of())
                : ByteRanges.of(request, tag, all.lengthBytes());
        String boundary = MultipartWriter.boundary();
        String type = MediaType.OCTET_STREAM.toString();
        Response response;
        if (multipart) {
            response = stream(
                    request,
                    version,
                    200,
                    MultipartWriter.contentType(MediaType.OCTET_STREAM, boundary),
                    (source, out) -> {
                        MultipartWriter parts =
                                new MultipartWriter(out, boundary, DicomWeb.url(request));
                        parts.part(Map.of("Content-Type", type));
                        value.send(source, all, out);
                        parts.end();
                    });
        } else if (ranges.parts().size() > 1) {
            response = stream(
                    request,
                    version,
                    206,
                    "multipart/byteranges; boundary=" + boundary,
                    (source, out) -> sendRanges(source, value, ranges, boundary, out));
        } else {
            ByteRange range = ranges.isWhole() ? all : ranges.parts().get(0);
            response = Response.stream(
                    ranges.isWhole() ? 200 : 206,
                    type,
                    range.lengthBytes(),
                    out -> run(
                            request, version, out, (source, to) -> value.send(source, range, to)));
            if (!ranges.isWhole()) {
                response = response.withHeader("content-range", ranges.contentRange(range));
            }
        }
        return response.withHeader("etag", tag.toString()).withHeader("accept-ranges", "bytes");
    }

    /** What is sent of a data set. */
    private interface Part {
        void send(StoredDataSet from, ResponseStream to) throws IOException;
    }

    private Response stream(
            Request request, VersionEntry version, int status, String type, Part part) {
        return Response.stream(status, type, out -> run(request, version, out, part));
    }

    private void run(Request request, VersionEntry version, ResponseStream out, Part part)
            throws IOException {
        retrieved.record(request, version.key().study(), WadoMeters.Kind.BULK_DATA, () -> {
            try (StoredDataSet source = new StoredDataSet(store, version)) {
                part.send(source, out);
            }
            return 1;
        });
    }

    private static void sendRanges(
            StoredDataSet source,
            BulkValue value,
            ByteRanges ranges,
            String boundary,
            ResponseStream out)
            throws IOException {
        for (ByteRange range : ranges.parts()) {
            String head = "\r\n--" + boundary + "\r\nContent-Type: " + MediaType.OCTET_STREAM
                    + "\r\nContent-Range: " + ranges.contentRange(range) + "\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            value.send(source, range, out);
        }
        out.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
