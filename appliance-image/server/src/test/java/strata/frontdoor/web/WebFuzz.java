package strata.frontdoor.web;

import strata.network.http.HttpException;
import strata.server.fuzz.Expected;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Multipart bodies, and what a client says it accepts. */
public final class WebFuzz {
    private static final MultipartReader.Limits LIMITS =
            new MultipartReader.Limits(100, 1000, 1000);
    private static final List<MediaType> OFFERED = List.of(
            MediaType.multipart(MediaType.DICOM),
            MediaType.DICOM,
            MediaType.DICOM_JSON,
            MediaType.ZIP);

    private WebFuzz() {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static List<byte[]> bodies() {
        return List.of(
                bytes("--b0undary\r\nContent-Type: application/dicom\r\n\r\none\r\n--b0undary\r\n"
                        + "Content-Location: x\r\n\r\ntwo\r\n--b0undary--\r\n"),
                bytes(
                        "preamble\r\n--b0undary \r\nA: b\r\n c\r\n\r\n\r\n--b0undar\r\n--b0undary--x"));
    }

    /** No part holds its own delimiter. */
    public static void multipart(byte[] input) throws IOException {
        try {
            MultipartReader reader =
                    new MultipartReader(new ByteArrayInputStream(input), "b0undary", LIMITS);
            while (reader.next()) {
                reader.header("Content-Type");
                StringBuilder part = new StringBuilder();
                for (ByteBuffer some = reader.read(); some != null; some = reader.read()) {
                    part.append(StandardCharsets.ISO_8859_1.decode(some));
                }
                if (part.indexOf("\r\n--b0undary\r\n") >= 0) {
                    throw new AssertionError("a delimiter inside a part");
                }
            }
        } catch (HttpException expected) {
            Expected.answer(expected);
        }
    }

    public static List<byte[]> fields() {
        return List.of(
                bytes(
                        "multipart/related; type=\"application/dicom\"; transfer-syntax=*;q=0.7, */*;q=0"),
                bytes("application/dicom+json, image/jpeg;q=0.001"));
    }

    public static void accept(byte[] input) {
        String field = new String(input, StandardCharsets.ISO_8859_1);
        try {
            for (Accept.Choice choice : Accept.of(List.of(field)).choices(OFFERED)) {
                choice.transferSyntax();
            }
        } catch (HttpException expected) {
            Expected.answer(expected);
        }
        MediaType.parse(field).ifPresent(type -> {
            if (MediaType.parse(type.toString()).isEmpty()) {
                throw new AssertionError("not understood again: " + type);
            }
        });
    }
}
