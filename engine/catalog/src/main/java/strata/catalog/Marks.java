package strata.catalog;

import strata.base.Digest;
import strata.base.Printable;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Keys and rows of marks and jobs. */
final class Marks {
    static final int MAX_NAME_BYTES = 1_000;
    private static final int LAYOUT = 2;
    private static final String MARK = "mark/";
    private static final String SEGMENT = "segment/";

    private Marks() {}

    static byte[] key(String name) {
        return named(MARK, name);
    }

    static byte[] jobKey(String name) {
        return named("", name);
    }

    static byte[] segmentPrefix() {
        return RowWriter.ascii(SEGMENT);
    }

    static byte[] segmentKey(long segment) {
        return new RowWriter().raw(segmentPrefix()).u64(segment).toBytes();
    }

    static byte[] encode(SegmentMark mark) {
        RowWriter out = RowWriter.row(LAYOUT)
                .u64(mark.segment())
                .u64(mark.throughOffset())
                .u64(mark.records())
                .u64(mark.rolling())
                .u8(mark.sealed().isPresent() ? 1 : 0);
        mark.sealed().ifPresent(digest -> digest.write(out.room(Digest.LENGTH_BYTES)));
        return out.toBytes();
    }

    static SegmentMark decode(byte[] row) throws CatalogDamagedException {
        return RowReader.decode(RowFamily.SYSTEM, row, in -> {
            in.layout(LAYOUT);
            return new SegmentMark(
                    in.u64(),
                    in.u64(),
                    in.u64(),
                    in.u64(),
                    in.u8() == 1 ? Optional.of(Digest.read(in.buffer())) : Optional.empty());
        });
    }

    private static byte[] named(String space, String name) {
        byte[] key = (space + name).getBytes(StandardCharsets.UTF_8);
        if (name.isEmpty() || key.length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "a name has 1 to " + MAX_NAME_BYTES + " bytes: " + Printable.of(name));
        }
        return key;
    }
}
