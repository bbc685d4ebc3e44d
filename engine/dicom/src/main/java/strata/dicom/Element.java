package strata.dicom;

import java.util.List;

/**
 * One data element in memory. Values are held in little endian, whatever the encoding they came in,
 * so that an element means the same in every transfer syntax.
 */
public sealed interface Element {
    int tag();

    Vr vr();

    /** Whether there is no value, PS3.5 7.4. */
    boolean isEmpty();

    /** A plain value. The array is shared, not copied: nobody changes it. */
    record Value(int tag, Vr vr, byte[] bytes) implements Element {
        public Value {
            if (vr == Vr.SQ) {
                throw new IllegalArgumentException("a sequence has items, not bytes");
            }
        }

        @Override
        public boolean isEmpty() {
            return bytes.length == 0;
        }
    }

    /** A sequence of items. */
    record Items(int tag, List<DataSet> items) implements Element {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public Vr vr() {
            return Vr.SQ;
        }

        @Override
        public boolean isEmpty() {
            return items.isEmpty();
        }
    }

    /**
     * A value that was left in the stream: where it begins in the data set (after inflation) and
     * how long it is; for encapsulated Pixel Data from the first item header to before the
     * delimiter. Such an element can be described, not written.
     */
    record Bulk(int tag, Vr vr, long offset, long lengthBytes, boolean encapsulated)
            implements Element {
        @Override
        public boolean isEmpty() {
            return lengthBytes == 0;
        }
    }

    /** Encapsulated Pixel Data, PS3.5 A.4: the offset table (may be empty), then the fragments. */
    record Fragments(int tag, Vr vr, List<byte[]> fragments) implements Element {
        public Fragments {
            fragments = List.copyOf(fragments);
        }

        @Override
        public boolean isEmpty() {
            return fragments.isEmpty();
        }
    }
}
