package strata.frontdoor.web;

import strata.catalog.VersionEntry;
import strata.frontdoor.InstanceSource;
import strata.network.http.ResponseStream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/**
 * A {@code multipart/related} body, RFC 2387 and PS3.18 8.6.1.2, written part by part. The boundary
 * is drawn by chance, so that no content can hold it. Without {@link #end} the last boundary is
 * missing. For one thread.
 */
final class MultipartWriter implements Package {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BOUNDARY_BYTES = 16;
    private static final String LINE = "\r\n";

    private final ResponseStream out;
    private final String boundary;
    private final String baseUrl;

    /** @param baseUrl of the service, without a slash; where parts come from */
    MultipartWriter(ResponseStream out, String boundary, String baseUrl) {
        this.out = out;
        this.boundary = boundary;
        this.baseUrl = baseUrl;
    }

    /** A new boundary of 32 characters. */
    static String boundary() {
        byte[] random = new byte[BOUNDARY_BYTES];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** The type of a body whose parts have the given one. */
    static String contentType(MediaType parts, String boundary) {
        return MediaType.multipart(parts).with("boundary", boundary).toString();
    }

    /** Where an instance is. */
    String url(VersionEntry version) {
        return baseUrl + Target.of(version).path();
    }

    /** Begins a part; its content follows on {@link #out}. */
    ResponseStream part(Map<String, String> headers) throws IOException {
        StringBuilder head = new StringBuilder(256);
        head.append(LINE).append("--").append(boundary).append(LINE);
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append(LINE));
        out.write(head.append(LINE).toString().getBytes(StandardCharsets.US_ASCII));
        return out;
    }

    @Override
    public void add(VersionEntry version, byte[] header, InstanceSource source) throws IOException {
        String syntax = source.transferSyntax().value();
        part(Map.of(
                "Content-Type",
                MediaType.DICOM.with(MediaType.TRANSFER_SYNTAX, syntax).toString(),
                "Content-Length",
                Long.toString(header.length + source.lengthBytes()),
                "Content-Location",
                url(version)));
        out.write(header);
        SendSource.send(source, out);
    }

    @Override
    public void end() throws IOException {
        out.write((LINE + "--" + boundary + "--" + LINE).getBytes(StandardCharsets.US_ASCII));
    }
}
