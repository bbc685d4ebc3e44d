package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Element;
import strata.dicom.Vr;

import java.util.ArrayList;
import java.util.List;

/**
 * Data sets inside rows: our own plain nesting of tag, VR and value. Sequences count their items,
 * so that a damaged row is noticed before anything is allocated.
 */
final class KeyRow {
    /** Keys nest as deep as the parser lets them; beyond this a row is damaged. */
    private static final int MAX_DEPTH = 200;

    private static final int ITEMS = 1;
    private static final int VALUE = 0;

    private KeyRow() {}

    static void encode(DataSet from, RowWriter out) {
        int count = 0;
        for (Element element : from.elements()) {
            count += element instanceof Element.Fragments ? 0 : 1;
        }
        out.u32(count);
        for (Element element : from.elements()) {
            if (element instanceof Element.Value value) {
                head(value, VALUE, out).block(value.bytes());
            } else if (element instanceof Element.Items items) {
                head(items, ITEMS, out).u32(items.items().size());
                items.items().forEach(item -> encode(item, out));
            }
        }
    }

    private static RowWriter head(Element element, int kind, RowWriter out) {
        String vr = element.vr().name();
        return out.u32(element.tag()).u8(vr.charAt(0)).u8(vr.charAt(1)).u8(kind);
    }

    /** Bytes that an element takes in a row. */
    static int sizeBytes(Element element) {
        int size = 4 + 2 + 1 + 4;
        if (element instanceof Element.Value value) {
            return size + value.bytes().length;
        }
        if (element instanceof Element.Items items) {
            for (DataSet item : items.items()) {
                size += 4;
                for (Element inner : item.elements()) {
                    size += sizeBytes(inner);
                }
            }
        }
        return size;
    }

    static byte[] encode(DataSet from) {
        RowWriter out = new RowWriter();
        encode(from, out);
        return out.toBytes();
    }

    static DataSet decode(RowFamily family, byte[] row) throws CatalogDamagedException {
        return RowReader.decode(family, row, in -> decode(in, 0));
    }

    static DataSet decode(RowReader in) {
        return decode(in, 0);
    }

    private static DataSet decode(RowReader in, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("keys nested beyond " + MAX_DEPTH);
        }
        DataSet to = new DataSet();
        for (int left = in.count(); left > 0; left--) {
            int tag = in.u32();
            Vr vr = Vr.of(in.u8(), in.u8());
            if (vr == null) {
                throw new IllegalArgumentException("no such VR");
            }
            if (in.u8() == ITEMS) {
                List<DataSet> items = new ArrayList<>();
                for (int item = in.count(); item > 0; item--) {
                    items.add(decode(in, depth + 1));
                }
                to.put(new Element.Items(tag, items));
            } else {
                to.put(new Element.Value(tag, vr, in.block()));
            }
        }
        return to;
    }
}
