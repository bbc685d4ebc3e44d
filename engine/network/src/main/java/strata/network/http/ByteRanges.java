package strata.network.http;

import strata.base.ByteRange;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a representation that a request asks for, RFC 9110 14.
 *
 * @param lengthBytes of the whole representation
 * @param parts in the order asked for, or by offset where some overlapped and were joined; empty
 *     when all of it is to be sent with status 200
 */
public record ByteRanges(long lengthBytes, List<ByteRange> parts) {
    /** More than this is refused with 416: no reader needs them, and each costs a read. */
    public static final int MAX_PARTS = 16;

    private static final String UNIT = "bytes=";

    public ByteRanges {
        parts = List.copyOf(parts);
    }

    /**
     * What the Range field asks for; a field that is not understood counts as none, and so does one
     * under an If-Range that does not name these bytes.
     *
     * @throws HttpException 416 with Content-Range when no part exists, or they are too many
     */
    public static ByteRanges of(Request request, EntityTag tag, long lengthBytes)
            throws HttpException {
        Optional<String> field = request.header("Range");
        if (field.isEmpty() || !tag.allowsRange(request)) {
            return new ByteRanges(lengthBytes, List.of());
        }
        return parse(field.get(), lengthBytes);
    }

    static ByteRanges parse(String field, long lengthBytes) throws HttpException {
        String text = field.strip();
        ByteRanges whole = new ByteRanges(lengthBytes, List.of());
        if (!text.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return whole;
        }
        String[] asked = text.substring(UNIT.length()).split(",", MAX_PARTS + 2);
        if (asked.length > MAX_PARTS) {
            throw unsatisfiable("more than " + MAX_PARTS + " ranges", lengthBytes);
        }
        List<ByteRange> parts = new ArrayList<>();
        for (String each : asked) {
            String spec = each.strip();
            if (!spec.isEmpty() && !add(spec, lengthBytes, parts)) {
                return whole;
            }
        }
        if (parts.isEmpty()) {
            throw unsatisfiable("no such range", lengthBytes);
        }
        return new ByteRanges(lengthBytes, withoutOverlaps(parts));
    }

    /** Adds what exists of a range; false when the text is no range. */
    private static boolean add(String spec, long lengthBytes, List<ByteRange> to) {
        int dash = spec.indexOf('-');
        if (dash < 0) {
            return false;
        }
        long first = number(spec.substring(0, dash));
        long last = number(spec.substring(dash + 1));
        boolean suffix = dash == 0;
        boolean open = dash == spec.length() - 1;
        if (first < 0 && !suffix || last < 0 && !open || suffix && open) {
            return false;
        }
        if (!suffix && !open && last < first) {
            return false;
        }
        long from = suffix ? Math.max(0, lengthBytes - last) : first;
        long end = suffix || open ? lengthBytes : Math.min(lengthBytes - 1, last) + 1;
        if (from < end) {
            to.add(new ByteRange(from, end - from));
        }
        return true;
    }

    /** -1 for what is no number; one beyond a long is as good as the largest. */
    private static long number(String digits) {
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        try {
            return Math.min(Long.parseLong(digits), Long.MAX_VALUE - 1);
        } catch (NumberFormatException beyondLong) {
            return Long.MAX_VALUE - 1;
        }
    }

    private static List<ByteRange> withoutOverlaps(List<ByteRange> parts) {
        List<ByteRange> sorted = new ArrayList<>(parts);
        sorted.sort(Comparator.comparingLong(ByteRange::offset));
        List<ByteRange> joined = new ArrayList<>();
        for (ByteRange part : sorted) {
            ByteRange before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (before != null && part.offset() < before.end()) {
                long end = Math.max(before.end(), part.end());
                joined.set(
                        joined.size() - 1, new ByteRange(before.offset(), end - before.offset()));
            } else {
                joined.add(part);
            }
        }
        return joined.size() == parts.size() ? parts : joined;
    }

    private static HttpException unsatisfiable(String why, long lengthBytes) {
        return new HttpException(416, why).withHeader("content-range", "bytes */" + lengthBytes);
    }

    /** Whether the response is the whole representation with status 200. */
    public boolean isWhole() {
        return parts.isEmpty();
    }

    /** The Content-Range field of one part, which goes out with status 206. */
    public String contentRange(ByteRange part) {
        return "bytes " + part.offset() + "-" + (part.end() - 1) + "/" + lengthBytes;
    }
}
