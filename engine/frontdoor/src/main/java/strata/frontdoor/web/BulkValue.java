package strata.frontdoor.web;

import strata.base.ByteRange;
import strata.dicom.DataSetHandler;
import strata.dicom.DataSetParser;
import strata.dicom.Dictionary;
import strata.dicom.MalformedDicomException;
import strata.dicom.ParseLimits;
import strata.dicom.Vr;
import strata.network.DataBuffer;
import strata.network.http.HttpException;
import strata.network.http.ResponseStream;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One value of a data set, found by the path of its BulkDataURI: tags and item numbers from 0, as
 * in {@code 54000100/0/54001010}.
 *
 * @param vr as it is encoded
 * @param offset of the value in the data set
 * @param encapsulated whether it is a list of fragments, whose length is not known here
 */
record BulkValue(Vr vr, long offset, long lengthBytes, boolean encapsulated) {
    private static final int READ_BYTES = 64 << 10;
    private static final int MAX_STEPS = 64;

    /**
     * Finds a value; only what stands before it is read, values that are passed over are not.
     *
     * @throws HttpException 400 when the path is none
     */
    static Optional<BulkValue> find(StoredDataSet source, String path) throws IOException {
        Search search = new Search(steps(path));
        ByteBuffer part = ByteBuffer.allocate(READ_BYTES);
        long position = 0;
        try (DataSetParser parser =
                new DataSetParser(source.syntax(), search, ParseLimits.STREAMING)) {
            while (search.found == null) {
                int read = source.read(part.clear(), position);
                if (read < 0) {
                    return Optional.empty();
                }
                position += read;
                parser.feed(part.flip());
                long skipped = parser.skippableBytes();
                position += skipped;
                parser.skip(skipped);
            }
        }
        return Optional.of(search.found);
    }

    private static int[] steps(String path) throws HttpException {
        String[] names = path.split("/", -1);
        if (names.length % 2 == 0 || names.length > MAX_STEPS) {
            throw noPath();
        }
        int[] steps = new int[names.length];
        for (int i = 0; i < names.length; i++) {
            steps[i] = i % 2 == 0
                    ? Dictionary.tag(names[i]).orElseThrow(BulkValue::noPath)
                    : number(names[i]);
        }
        return steps;
    }

    private static int number(String text) throws HttpException {
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(Character::isDigit)) {
            throw noPath();
        }
        return Integer.parseInt(text);
    }

    private static HttpException noPath() {
        return new HttpException(400, "not a path of tags and item numbers");
    }

    /** Follows the path through the sequences. */
    private static final class Search implements DataSetHandler {
        private final int[] steps;
        private final int[] items = new int[ParseLimits.STREAMING.maxDepth() + 2];
        private int depth;
        private int matched;
        private BulkValue found;

        Search(int[] steps) {
            this.steps = steps;
        }

        private boolean isNext(int step) {
            return found == null
                    && matched == depth
                    && matched < steps.length
                    && steps[matched] == step;
        }

        @Override
        public Disposition element(int tag, Vr vr, long lengthBytes, long valueOffset) {
            if (matched == steps.length - 1 && isNext(tag)) {
                found = new BulkValue(vr, valueOffset, lengthBytes, false);
            }
            return Disposition.SKIP;
        }

        @Override
        public void sequenceStart(int tag, Vr vr, long lengthBytes, long offset) {
            enter(tag);
            items[depth] = 0;
        }

        @Override
        public void itemStart(long lengthBytes, long offset) {
            enter(items[depth]++);
        }

        private void enter(int step) {
            matched += isNext(step) ? 1 : 0;
            depth++;
        }

        @Override
        public void itemEnd(long offset) {
            depth--;
            matched = Math.min(matched, depth);
        }

        @Override
        public void sequenceEnd(long offset) {
            depth--;
            matched = Math.min(matched, depth);
        }

        @Override
        public void fragmentsStart(int tag, Vr vr, long offset) throws MalformedDicomException {
            if (matched == steps.length - 1 && isNext(tag)) {
                found = new BulkValue(vr, offset, 0, true);
            }
        }
    }

    /** Sends a part of the value, in little endian whatever it is stored in. */
    void send(StoredDataSet from, ByteRange range, ResponseStream to) throws IOException {
        int unit = from.syntax().isBigEndian() ? vr.unitBytes() : 1;
        long position = range.offset() / unit * unit;
        long end = Math.min(lengthBytes, (range.end() + unit - 1) / unit * unit);
        while (position < end) {
            int length = (int) Math.min(SendSource.PIECE_BYTES, end - position);
            DataBuffer piece = DataBuffer.allocate(length);
            boolean given = false;
            try {
                ByteBuffer space = piece.space();
                fill(from, space, offset + position);
                swap(space.flip(), unit);
                int first = (int) Math.max(0, range.offset() - position);
                int last = (int) Math.min(length, range.end() - position);
                piece.holding(first, last - first);
                given = true;
                to.give(piece.data(), piece::close);
            } finally {
                if (!given) {
                    piece.close();
                }
            }
            position += length;
        }
    }

    private static void fill(StoredDataSet from, ByteBuffer space, long position)
            throws IOException {
        long at = position;
        while (space.hasRemaining()) {
            int read = from.read(space, at);
            if (read < 0) {
                throw new EOFException("the data set ends inside a value");
            }
            at += read;
        }
    }

    private static void swap(ByteBuffer bytes, int unit) {
        if (unit == 1) {
            return;
        }
        for (int at = 0; at + unit <= bytes.limit(); at += unit) {
            for (int i = at, j = at + unit - 1; i < j; i++, j--) {
                byte b = bytes.get(i);
                bytes.put(i, bytes.get(j));
                bytes.put(j, b);
            }
        }
    }
}
