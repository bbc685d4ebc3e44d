package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Element;
import strata.dicom.Vr;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Data sets inside rows: our own plain nesting of tag, VR and value. Sequences count their items,
 * so that a damaged row is noticed before anything is allocated. A tag is told as its distance from
 * the one before, since elements are in tag order.
 */
final class KeyRow {
    /** Keys nest as deep as the parser lets them; beyond this a row is damaged. */
    private static final int MAX_DEPTH = 200;

    /** Beside the number of the VR: a sequence follows, not a value. */
    private static final int ITEMS = 0x80;

    /** Their order is part of the format. */
    private static final Vr[] VRS = Vr.values();

    private KeyRow() {}

    static void encode(DataSet from, RowWriter out) {
        encode(from, out, element -> true);
    }

    /** Encodes the elements that the condition, which items are not asked for, lets through. */
    static void encode(DataSet from, RowWriter out, Predicate<Element> which) {
        int count = 0;
        for (Element element : from.elements()) {
            count += isKept(element) && which.test(element) ? 1 : 0;
        }
        out.varint(count);
        int tag = 0;
        for (Element element : from.elements()) {
            if (!isKept(element) || !which.test(element)) {
                continue;
            }
            out.varint(Integer.toUnsignedLong(element.tag() - tag));
            tag = element.tag();
            if (element instanceof Element.Value value) {
                out.u8(value.vr().ordinal()).block(value.bytes());
            } else if (element instanceof Element.Items items) {
                out.u8(items.vr().ordinal() | ITEMS).varint(items.items().size());
                items.items().forEach(item -> encode(item, out));
            }
        }
    }

    private static boolean isKept(Element element) {
        return element instanceof Element.Value || element instanceof Element.Items;
    }

    /** A data set of its own with the same values, what is kept of them. */
    static DataSet copy(DataSet from) {
        return copy(from, 0);
    }

    private static DataSet copy(DataSet from, int depth) {
        requireDepth(depth);
        DataSet to = new DataSet();
        for (Element element : from.elements()) {
            if (element instanceof Element.Items items) {
                List<DataSet> copies = new ArrayList<>();
                items.items().forEach(item -> copies.add(copy(item, depth + 1)));
                to.put(new Element.Items(items.tag(), copies));
            } else if (isKept(element)) {
                to.put(element);
            }
        }
        return to;
    }

    private static void requireDepth(int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("keys nested beyond " + MAX_DEPTH);
        }
    }

    /** Bytes that an element takes in a row, about. */
    static int sizeBytes(Element element) {
        int size = 5;
        if (element instanceof Element.Value value) {
            return size + value.bytes().length;
        }
        if (element instanceof Element.Items items) {
            for (DataSet item : items.items()) {
                size += 1;
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
        requireDepth(depth);
        DataSet to = new DataSet();
        int tag = 0;
        for (int left = in.count(); left > 0; left--) {
            tag += (int) in.varint();
            int kind = in.u8();
            Vr vr = VRS[kind & ~ITEMS];
            if ((kind & ITEMS) != 0) {
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
