package strata.frontdoor.web;

import strata.base.BlockStream;
import strata.network.http.HttpException;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a multipart body (RFC 2046 5.1, RFC 2387) part by part as it comes, in constant memory. For
 * one thread.
 *
 * <p>The search for the delimiter is linear in the length of the body whatever it holds: a
 * delimiter begins with CR and has no other, so that after a mismatch nothing has to be looked at
 * twice.
 *
 * <p>What is refused with {@link HttpException}: 400 for a body without its boundary, a part that
 * does not end, and header fields that are none; 413 for more parts or longer headers than the
 * limits say.
 */
final class MultipartReader {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH_BYTE = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long EACH_CR = EACH_BYTE * '\r';

    private static final int BUFFER_BYTES = 64 * 1024;
    /** RFC 2046 5.1.1 says 70; Orthanc 1.10 sends 73. */
    static final int MAX_BOUNDARY_CHARS = 200;

    /** Spaces and tabs after a boundary, which nobody sends but RFC 2046 allows. */
    private static final int MAX_PADDING = 32;

    private static final int EPILOGUE_BYTES = 64 * 1024;
    private static final int FOUND = -1;
    private static final int UNDECIDED = -2;

    /**
     * What a body may ask of us.
     *
     * @param parts at most
     * @param headerBytes of one part's header fields together
     * @param preambleBytes before the first boundary
     */
    record Limits(int parts, int headerBytes, int preambleBytes) {
        static final Limits DEFAULT = new Limits(1_000_000, 8 * 1024, 64 * 1024);
    }

    private final InputStream body;
    private final Limits limits;
    private final byte[] delimiter;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    /** What is not taken yet lies between these two. */
    private int position;

    private int end;
    private boolean ended;
    /** Before this no delimiter begins. */
    private int clearUpTo;
    /** Where the current part ends, or -1 while that is not known. */
    private int delimiterAt = -1;

    private int afterDelimiter;
    private boolean closing;
    private boolean finished;
    private int parts;
    private Map<String, String> headers = Map.of();

    /**
     * @param boundary of the Content-Type, without quotes
     * @throws HttpException 400 when it cannot be one
     */
    MultipartReader(InputStream body, String boundary, Limits limits) throws HttpException {
        if (boundary.isEmpty()
                || boundary.length() > MAX_BOUNDARY_CHARS
                || !boundary.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            throw new HttpException(400, "not a multipart boundary");
        }
        this.body = body;
        this.limits = limits;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
        // The first boundary may stand at the very beginning: as if a line had ended before it.
        buffer[0] = '\r';
        buffer[1] = '\n';
        end = 2;
    }

    /**
     * Goes to the next part; what is left of the current one is passed over.
     *
     * @return false after the last one
     */
    boolean next() throws IOException {
        if (finished) {
            return false;
        }
        long passed = 0;
        for (ByteBuffer piece = read(); piece != null; piece = read()) {
            passed += piece.remaining();
            if (parts == 0 && passed > limits.preambleBytes()) {
                throw new HttpException(400, "the body does not begin with its boundary");
            }
        }
        position = afterDelimiter;
        delimiterAt = -1;
        clearUpTo = position;
        if (closing) {
            finished = true;
            passEpilogue();
            return false;
        }
        if (++parts > limits.parts()) {
            throw new HttpException(413, "more than " + limits.parts() + " parts");
        }
        readHeaders();
        return true;
    }

    /** Parts begun so far. */
    int count() {
        return parts;
    }

    /** A header field of the current part, without regard to case. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * The next piece of the current part; null at its end. The buffer is valid until the next call
     * and is not to be written to.
     */
    ByteBuffer read() throws IOException {
        while (true) {
            if (delimiterAt == position) {
                return null;
            }
            int until = delimiterAt >= 0 ? delimiterAt : clearUpTo;
            if (until > position) {
                ByteBuffer piece = ByteBuffer.wrap(buffer, position, until - position);
                position = until;
                return piece.slice();
            }
            if (delimiterAt < 0) {
                search();
            }
        }
    }

    /** The current part as a stream, for what reads its beginning. */
    InputStream stream() {
        return new PartStream();
    }

    private final class PartStream extends BlockStream {
        @Override
        protected int readBlock(byte[] to, int offset, int length) throws IOException {
            ByteBuffer piece = MultipartReader.this.read();
            if (piece == null) {
                return -1;
            }
            int count = Math.min(length, piece.remaining());
            piece.get(to, offset, count);
            // What was not taken stays in the part, so that either way of reading may follow.
            position -= piece.remaining();
            return count;
        }
    }

    /** Looks on from where it is known that no delimiter begins; reads more when it must. */
    private void search() throws IOException {
        while (delimiterAt < 0) {
            clearUpTo = carriageReturn(clearUpTo);
            int same = clearUpTo == end ? UNDECIDED : candidate(clearUpTo);
            if (same > 0) {
                clearUpTo += same;
            } else if (same == UNDECIDED) {
                if (position < clearUpTo) {
                    return;
                }
                more();
            }
        }
    }

    /**
     * Whether a delimiter begins there, with its line ended as it must be; else it is content that
     * begins like one.
     *
     * @return {@link #FOUND}, {@link #UNDECIDED} when more bytes are needed, or how many bytes are
     *     content for certain
     */
    private int candidate(int at) {
        int same = 1;
        int most = Math.min(delimiter.length, end - at);
        while (same < most && buffer[at + same] == delimiter[same]) {
            same++;
        }
        if (same < delimiter.length) {
            return same == end - at && !ended ? UNDECIDED : same;
        }
        int next = at + same;
        int last = next + MAX_PADDING;
        while (next < end && next < last && (buffer[next] == ' ' || buffer[next] == '\t')) {
            next++;
        }
        if (end - next < 2) {
            return ended ? same : UNDECIDED;
        }
        boolean closes = buffer[next] == '-' && buffer[next + 1] == '-' && next == at + same;
        if (!closes && (buffer[next] != '\r' || buffer[next + 1] != '\n')) {
            return same;
        }
        delimiterAt = at;
        afterDelimiter = next + 2;
        closing = closes;
        return FOUND;
    }

    /** Index of the next CR from there, or the end of the buffer. */
    private int carriageReturn(int from) {
        int at = from;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            long different = (long) LONGS.get(buffer, at) ^ EACH_CR;
            long zeros = (different - EACH_BYTE) & ~different & HIGH_BITS;
            if (zeros != 0) {
                return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
            }
        }
        while (at < end && buffer[at] != '\r') {
            at++;
        }
        return at;
    }

    /** Moves what is left to the front and reads more behind it. */
    private void more() throws IOException {
        if (ended) {
            throw new HttpException(
                    400,
                    parts == 0
                            ? "the body does not hold its boundary"
                            : "the body ends within part " + parts);
        }
        if (position > 0) {
            System.arraycopy(buffer, position, buffer, 0, end - position);
            clearUpTo -= position;
            end -= position;
            position = 0;
        }
        int count = body.read(buffer, end, buffer.length - end);
        if (count < 0) {
            ended = true;
        } else {
            end += count;
        }
    }

    private void readHeaders() throws IOException {
        Map<String, String> found = new TreeMap<>();
        int total = 0;
        String last = null;
        for (String line = line(total); !line.isEmpty(); line = line(total)) {
            total += line.length() + 2;
            int colon = line.indexOf(':');
            boolean folded = line.charAt(0) == ' ' || line.charAt(0) == '\t';
            if (folded && last != null) {
                found.merge(last, line.strip(), (a, b) -> a + " " + b);
            } else if (colon > 0 && !folded) {
                last = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                found.putIfAbsent(last, line.substring(colon + 1).strip());
            } else {
                throw new HttpException(400, "part " + parts + " has a line that is no field");
            }
        }
        headers = found;
        // The end of the empty line is that of the delimiter too where a part has no content.
        position -= 2;
        clearUpTo = position;
        int same = candidate(position);
        while (same == UNDECIDED) {
            more();
            same = candidate(position);
        }
        if (same != FOUND) {
            position += 2;
            clearUpTo = position;
        }
    }

    private String line(int before) throws IOException {
        int at = position;
        while (true) {
            while (at + 1 < end && !(buffer[at] == '\r' && buffer[at + 1] == '\n')) {
                at++;
            }
            if (before + at - position > limits.headerBytes()) {
                throw new HttpException(413, "the header of part " + parts + " is too long");
            }
            if (at + 1 < end) {
                String line =
                        new String(buffer, position, at - position, StandardCharsets.ISO_8859_1);
                position = at + 2;
                return line;
            }
            int offset = at - position;
            clearUpTo = position;
            more();
            at = position + offset;
        }
    }

    /** Takes what little may follow, so that the connection can carry another request. */
    private void passEpilogue() throws IOException {
        for (int left = EPILOGUE_BYTES; left > 0 && !ended; ) {
            int count = body.read(buffer, 0, Math.min(left, buffer.length));
            ended = count < 0;
            left -= Math.max(0, count);
        }
        position = 0;
        end = 0;
    }
}
