package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.network.http.HttpException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** RFC 2046 5.1, with bodies that come in pieces of any size. */
class MultipartReaderTest {
    private static final String BOUNDARY = "b0undary";
    private static final MultipartReader.Limits LIMITS =
            new MultipartReader.Limits(100, 1_000, 10_000);

    /** Gives at most so many bytes at a time as the random source says. */
    private static final class Trickle extends InputStream {
        private final InputStream from;
        private final Random random;
        private final int most;

        Trickle(byte[] bytes, Random random, int most) {
            this.from = new ByteArrayInputStream(bytes);
            this.random = random;
            this.most = most;
        }

        @Override
        public int read() {
            throw new AssertionError("read by the byte");
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            assertTrue(length > 0, "nothing is asked for");
            return from.read(to, offset, Math.min(length, 1 + random.nextInt(most)));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static MultipartReader reader(String body) throws HttpException {
        return new MultipartReader(new ByteArrayInputStream(bytes(body)), BOUNDARY, LIMITS);
    }

    private static byte[] content(MultipartReader reader) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer piece = reader.read(); piece != null; piece = reader.read()) {
            assertTrue(piece.hasRemaining());
            byte[] some = new byte[piece.remaining()];
            piece.get(some);
            out.write(some);
        }
        return out.toByteArray();
    }

    private static List<String> all(String body) throws IOException {
        MultipartReader reader = reader(body);
        List<String> parts = new ArrayList<>();
        while (reader.next()) {
            parts.add(new String(content(reader), StandardCharsets.ISO_8859_1));
        }
        return parts;
    }

    @Test
    void takesPartsApart() throws Exception {
        MultipartReader reader = reader("--b0undary\r\nContent-Type: application/dicom\r\n"
                + "X-Folded: one\r\n  two\r\n\r\nfirst\r\n--b0undary\t \r\n\r\nsecond\r\n\r\n"
                + "--b0undary--\r\nepilogue");
        assertTrue(reader.next());
        assertEquals("application/dicom", reader.header("content-type").orElse(""));
        assertEquals("one two", reader.header("X-Folded").orElse(""));
        assertArrayEquals(bytes("first"), content(reader));
        assertTrue(reader.next());
        assertTrue(reader.header("Content-Type").isEmpty());
        assertArrayEquals(bytes("second\r\n"), content(reader));
        assertFalse(reader.next());
        assertFalse(reader.next());
        assertEquals(2, reader.count());
    }

    @Test
    void allowsWhatTheStandardAllows() throws Exception {
        assertEquals(List.of("x"), all("pre\r\namble\r\n--b0undary\r\n\r\nx\r\n--b0undary--"));
        assertEquals(List.of(), all("--b0undary--"));
        assertEquals(
                List.of("", "y"), all("--b0undary\r\n\r\n--b0undary\r\n\r\ny\r\n--b0undary--"));
        assertEquals(List.of(""), all("--b0undary\r\na: b\r\n\r\n\r\n--b0undary--"));
        assertEquals(
                List.of("\r\n--b0undaryX\r\n--b0undar\r\n--b0undary-"),
                all(
                        "--b0undary\r\n\r\n\r\n--b0undaryX\r\n--b0undar\r\n--b0undary-\r\n--b0undary--"));
    }

    @Test
    void partsThatAreNotReadArePassedOver() throws Exception {
        MultipartReader reader =
                reader("--b0undary\r\n\r\nabc\r\n--b0undary\r\n\r\ndef\r\n--b0undary--");
        assertTrue(reader.next());
        assertEquals('a', reader.stream().read());
        assertArrayEquals(bytes("bc"), reader.stream().readAllBytes());
        assertTrue(reader.next());
        assertFalse(reader.next());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no boundary at all",
                "--b0undary",
                "--b0undary\r\n",
                "--b0undary\r\nContent-Type: x",
                "--b0undary\r\nno field\r\n\r\nx\r\n--b0undary--",
                "--b0undary\r\n folded: first\r\n\r\nx\r\n--b0undary--",
                "--b0undary\r\n\r\nnever ends",
                "--b0undary\r\n\r\nnever ends\r\n--b0undary",
                "--b0undary\r\n\r\nx\n--b0undary--\n"
            })
    void hostile49WhatIsNoMultipartBodyIs400(String body) {
        assertEquals(400, assertThrows(HttpException.class, () -> all(body)).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u00e4", "a\r\nb"})
    void hostile49WhatIsNoBoundaryIs400(String boundary) {
        assertEquals(
                400,
                assertThrows(
                                HttpException.class,
                                () -> new MultipartReader(
                                        InputStream.nullInputStream(), boundary, LIMITS))
                        .status());
    }

    /** A body without end, made of the same bytes again and again. */
    private static InputStream endless(String start, String again) {
        return new InputStream() {
            private final byte[] head = bytes(start);
            private final byte[] rest = bytes(again);
            private long at;

            @Override
            public int read() {
                int index = (int) ((at - head.length) % rest.length);
                return (at < head.length ? head[(int) at++] : rest[at++ < 0 ? 0 : index]) & 0xff;
            }
        };
    }

    private static int refusal(InputStream body) {
        HttpException refused = assertThrows(HttpException.class, () -> {
            MultipartReader reader = new MultipartReader(body, BOUNDARY, LIMITS);
            while (reader.next()) {
                reader.read();
            }
        });
        return refused.status();
    }

    @Test
    void hostile49WhatNeverEndsIsCut() {
        assertEquals(413, refusal(endless("", "--b0undary\r\n\r\n\r\n")));
        assertEquals(413, refusal(endless("--b0undary\r\n", "a: b\r\n")));
        assertEquals(413, refusal(endless("--b0undary\r\n", "a")));
        assertEquals(400, refusal(endless("", "a")));
        assertEquals(400, refusal(endless("", "\r\n")));
    }

    @Test
    void randomPartsComeBackWhateverThePieces() throws Exception {
        long seed = 20261122;
        for (int round = 0; round < 300; round++) {
            Random random = new Random(seed + round);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            List<byte[]> parts = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                byte[] part = nasty(random);
                parts.add(part);
                body.write(
                        bytes(i % 2 == 0 ? "--b0undary\r\n\r\n" : "--b0undary \r\nA: b\r\n\r\n"));
                body.write(part);
                body.write(bytes("\r\n"));
            }
            body.write(bytes("--b0undary--\r\n"));
            int most = random.nextBoolean() ? 7 : 100_000;
            MultipartReader reader = new MultipartReader(
                    new Trickle(body.toByteArray(), random, most), BOUNDARY, LIMITS);
            for (byte[] part : parts) {
                assertTrue(reader.next(), "seed " + (seed + round));
                assertArrayEquals(part, content(reader), "seed " + (seed + round));
            }
            assertFalse(reader.next(), "seed " + (seed + round));
        }
    }

    /** Content full of what looks like a delimiter, and now and then larger than the buffer. */
    private static byte[] nasty(Random random) throws IOException {
        String[] pieces = {
            "\r",
            "\n",
            "\r\n",
            "\r\n--",
            "\r\n--b0undar",
            "\r\n--b0undaryx",
            "\r\n--b0undary-x",
            "-"
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = random.nextInt(60); i > 0; i--) {
            if (random.nextInt(20) == 0) {
                byte[] noise = new byte[random.nextInt(100_000)];
                random.nextBytes(noise);
                out.write(noise);
            } else {
                out.write(bytes(pieces[random.nextInt(pieces.length)]));
            }
        }
        out.write(bytes("."));
        return out.toByteArray();
    }

    @Test
    void randomBytesRaiseOnlyItsOwnError() {
        long seed = 49;
        String[] pieces = {
            "--b0undary", "\r\n", "\r\n--b0undary\r\n", "--", "A: b\r\n", "\r\n\r\n", " ", "x", "\r"
        };
        for (int round = 0; round < 3_000; round++) {
            Random random = new Random(seed + round);
            StringBuilder body = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                body.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                MultipartReader reader = new MultipartReader(
                        new Trickle(bytes(body.toString()), random, 20), BOUNDARY, LIMITS);
                while (reader.next()) {
                    content(reader);
                }
            } catch (IOException e) {
                assertTrue(e instanceof HttpException, "seed " + (seed + round) + ": " + e);
            }
        }
    }

    /** A tenth of a gigabyte of half delimiters takes no longer than one look at each byte. */
    @Test
    void theSearchIsLinear() throws Exception {
        String boundary = "a".repeat(MultipartReader.MAX_BOUNDARY_CHARS);
        byte[] line = bytes("\r\n--" + "a".repeat(69) + "\r\n--" + "a".repeat(69) + "b");
        long[] looked = new long[1];
        InputStream body = new InputStream() {
            private long left = 100_000_000 / line.length * line.length;

            @Override
            public int read() {
                throw new AssertionError("read by the byte");
            }

            @Override
            public int read(byte[] to, int offset, int length) {
                if (left <= 0) {
                    return -1;
                }
                int count = Math.min(length, line.length);
                System.arraycopy(line, 0, to, offset, count);
                left -= count;
                looked[0] += count;
                return count;
            }
        };
        MultipartReader reader =
                new MultipartReader(body, boundary, new MultipartReader.Limits(1, 1_000, 1 << 30));
        assertThrows(HttpException.class, reader::next);
        assertTrue(looked[0] >= 99_000_000, () -> looked[0] + " bytes");
    }
}
