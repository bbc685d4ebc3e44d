package strata.network.http;

import strata.base.ByteRange;
import strata.server.fuzz.Expected;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fields and targets of requests. */
public final class HttpFuzz {
    private static final long LENGTH_BYTES = 10_000;

    private HttpFuzz() {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static List<byte[]> fields() {
        return List.of(bytes("bytes=0-99,200-,-5"), bytes("bytes=9999-9999"), bytes("items=1-2"));
    }

    /** What is granted lies inside of what there is. */
    public static void ranges(byte[] input) {
        try {
            String field = new String(input, StandardCharsets.ISO_8859_1);
            ByteRanges ranges = ByteRanges.parse(field, LENGTH_BYTES);
            for (ByteRange part : ranges.parts()) {
                ranges.contentRange(part);
                if (part.lengthBytes() < 1 || part.end() > LENGTH_BYTES) {
                    throw new AssertionError("granted: " + part);
                }
            }
        } catch (HttpException expected) {
            Expected.answer(expected);
        }
    }

    public static List<byte[]> targets() {
        return List.of(
                bytes("/dicom-web/studies/1.2.3/series/4.5?includefield=all&limit=10"),
                bytes("/a%20b/%C3%A4?x=%2B+y&x"));
    }

    /** No segment leads out of where it stands. */
    public static void target(byte[] input) {
        try {
            String text = new String(input, StandardCharsets.ISO_8859_1);
            for (String segment : RequestTarget.parse(text).segments()) {
                if (segment.equals("..") || segment.indexOf('/') >= 0 || segment.indexOf(0) >= 0) {
                    throw new AssertionError("segment: " + segment);
                }
            }
        } catch (HttpException expected) {
            Expected.answer(expected);
        }
    }
}
