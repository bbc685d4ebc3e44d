package strata.network.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.Digest;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Range, If-Range and If-None-Match as RFC 9110 has them. */
class RangesTest {
    private static final EntityTag TAG = EntityTag.strong("abc");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-9|0-9",
                "BYTES=0-0|0-0",
                "bytes=90-|90-99",
                "bytes=-10|90-99",
                "bytes=-1000|0-99",
                "bytes=95-200|95-99",
                "bytes=0-99999999999999999999|0-99",
                "bytes=0-1, 50-59 ,98-|0-1 50-59 98-99",
                "bytes=50-59,0-1|50-59 0-1",
                "bytes=10-19,0-12|0-19",
                "bytes=200-,0-4|0-4",
                "bytes=0-4,,|0-4"
            })
    void whatIsAskedForIsFound(String field, String expected) throws Exception {
        ByteRanges ranges = ByteRanges.parse(field, 100);
        assertEquals(
                expected,
                ranges.parts().stream()
                        .map(p -> p.offset() + "-" + (p.end() - 1))
                        .collect(Collectors.joining(" ")));
        assertEquals("bytes 0-9/100", ranges.contentRange(new strata.base.ByteRange(0, 10)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"items=0-9", "bytes=5-4", "bytes=a-b", "bytes=-", "bytes=7", "bytes 0-9"})
    void whatIsNotUnderstoodIsAnsweredWhole(String field) throws Exception {
        assertTrue(ByteRanges.parse(field, 100).isWhole());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=-0", "bytes=", "bytes=500-600,700-"})
    void whatDoesNotExistIs416(String field) {
        HttpException e = assertThrows(HttpException.class, () -> ByteRanges.parse(field, 100));
        assertEquals(416, e.status());
        assertEquals(Map.of("content-range", "bytes */100"), e.headers());
    }

    @Test
    void hostile52ThousandRangesAre416() {
        String many = "bytes=" + "0-0,".repeat(999) + "0-0";
        assertEquals(
                416,
                assertThrows(HttpException.class, () -> ByteRanges.parse(many, 100))
                        .status());
    }

    @Test
    void partsLieInsideAndDoNotOverlap() throws Exception {
        long seed = 20261122;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder field = new StringBuilder("bytes=");
            for (int i = random.nextInt(5); i >= 0; i--) {
                field.append(random.nextInt(3) == 0 ? "" : random.nextInt(120))
                        .append(random.nextInt(20) == 0 ? "" : "-")
                        .append(random.nextInt(3) == 0 ? "" : random.nextInt(120))
                        .append(i == 0 ? "" : ",");
            }
            String message = "seed " + seed + " round " + round + ": " + field;
            try {
                var parts = ByteRanges.parse(field.toString(), 100).parts();
                boolean[] taken = new boolean[100];
                for (var part : parts) {
                    assertTrue(part.lengthBytes() > 0 && part.end() <= 100, message);
                    for (int at = (int) part.offset(); at < part.end(); at++) {
                        assertFalse(taken[at], message);
                        taken[at] = true;
                    }
                }
            } catch (HttpException e) {
                assertEquals(416, e.status(), message);
            }
        }
    }

    @Test
    void ifRangeNeedsTheVerySameBytes() throws Exception {
        assertFalse(ranges("If-Range", "\"abc\"").isWhole());
        assertTrue(ranges("If-Range", "\"abd\"").isWhole());
        assertTrue(ranges("If-Range", "W/\"abc\"").isWhole());
        assertTrue(ranges("If-Range", "Sun, 22 Nov 2026 00:00:00 GMT").isWhole());
        assertFalse(ranges("X-Other", "x").isWhole());
    }

    private static ByteRanges ranges(String name, String value) throws HttpException {
        return ByteRanges.of(request("Range", "bytes=0-1", name, value), TAG, 100);
    }

    @Test
    void ifNoneMatchComparesWeakly() {
        assertTrue(TAG.isKnownTo(request("If-None-Match", "\"abc\"")));
        assertTrue(TAG.isKnownTo(request("If-None-Match", "\"x\", W/\"abc\"")));
        assertTrue(TAG.isKnownTo(request("If-None-Match", "*")));
        assertFalse(TAG.isKnownTo(request("If-None-Match", "\"abcd\"")));
        assertFalse(TAG.isKnownTo(request("If-None-Match", "abc")));
        assertFalse(TAG.isKnownTo(request("Accept", "*/*")));
        assertEquals(304, TAG.notModified().status());
        assertEquals(Map.of("etag", "\"abc\""), TAG.notModified().headers());
    }

    @Test
    void aDigestNamesItsBytes() {
        Digest digest = Digest.ofBytes("x".getBytes(StandardCharsets.US_ASCII));
        assertEquals('"' + digest.toString() + '"', EntityTag.of(digest).toString());
        assertEquals("W/\"a\"", EntityTag.weak("a").toString());
        assertThrows(IllegalArgumentException.class, () -> EntityTag.strong("a\"b"));
        assertThrows(IllegalArgumentException.class, () -> EntityTag.strong("a\r\n"));
    }

    private static Request request(String... fields) {
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/x");
        for (int i = 0; i < fields.length; i += 2) {
            head.headers().add(fields[i], fields[i + 1]);
        }
        return new Request(
                Method.GET,
                new RequestTarget("/x", java.util.List.of("x"), Map.of()),
                Map.of(),
                head,
                InputStream.nullInputStream(),
                new InetSocketAddress("127.0.0.1", 1),
                java.util.Optional.empty());
    }
}
