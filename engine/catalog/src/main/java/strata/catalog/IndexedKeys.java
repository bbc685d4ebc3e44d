package strata.catalog;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Index keys in the form in which they are kept: a copy of what was handed over, its text in ISO_IR
 * 192. Of a data set that would make a row beyond {@value #MAX_ROW_BYTES} bytes, elements of more
 * than {@value #LARGE_ELEMENT_BYTES} are left out.
 *
 * <p>The three UIDs that the key of the row holds are left out of the row where they stand there as
 * the standard wants it, and come back when it is decoded.
 */
record IndexedKeys(DataSet data, byte[] row) {
    static final int MAX_ROW_BYTES = 1 << 20;
    static final int LARGE_ELEMENT_BYTES = 4 << 10;
    private static final int[] IN_KEY = {
        Tag.StudyInstanceUID, Tag.SeriesInstanceUID, Tag.SOPInstanceUID
    };

    static IndexedKeys of(InstanceKey key, DataSet given) {
        // The caller's data set stays as it is: items know the data set around them.
        DataSet copy = KeyRow.copy(given).toUtf8();
        byte[] row = encode(key, copy);
        if (row.length > MAX_ROW_BYTES) {
            dropLarge(copy);
            row = encode(key, copy);
        }
        return new IndexedKeys(copy, row);
    }

    private static byte[] encode(InstanceKey key, DataSet data) {
        int left = 0;
        for (int i = 0; i < IN_KEY.length; i++) {
            left |= isPlain(data, IN_KEY[i], uid(key, i)) ? 1 << i : 0;
        }
        int without = left;
        RowWriter out = new RowWriter().u8(left);
        KeyRow.encode(data, out, element -> !isLeftOut(element.tag(), without));
        return out.toBytes();
    }

    private static boolean isLeftOut(int tag, int without) {
        for (int i = 0; i < IN_KEY.length; i++) {
            if (tag == IN_KEY[i]) {
                return (without & 1 << i) != 0;
            }
        }
        return false;
    }

    private static boolean isPlain(DataSet data, int tag, Uid uid) {
        return data.contains(tag)
                && data.vr(tag) == Vr.UI
                && Arrays.equals(data.bytes(tag), valueOf(uid));
    }

    /** PS3.5 9.1: padded with a zero byte to an even length. */
    private static byte[] valueOf(Uid uid) {
        byte[] text = uid.value().getBytes(StandardCharsets.US_ASCII);
        return (text.length & 1) == 0 ? text : Arrays.copyOf(text, text.length + 1);
    }

    private static Uid uid(InstanceKey key, int index) {
        return switch (IN_KEY[index]) {
            case Tag.StudyInstanceUID -> key.study();
            case Tag.SeriesInstanceUID -> key.series();
            default -> key.instance();
        };
    }

    /** The index keys that the row under a version's key holds. */
    static DataSet decode(InstanceKey key, byte[] row) throws CatalogDamagedException {
        return RowReader.decode(RowFamily.KEYS, row, in -> {
            int left = in.u8();
            if (left >>> IN_KEY.length != 0) {
                throw new IllegalArgumentException("no such elements to leave out");
            }
            DataSet data = KeyRow.decode(in);
            for (int i = 0; i < IN_KEY.length; i++) {
                if ((left & 1 << i) != 0) {
                    data.put(new Element.Value(IN_KEY[i], Vr.UI, valueOf(uid(key, i))));
                }
            }
            return data;
        });
    }

    private static void dropLarge(DataSet data) {
        List<Integer> large = new ArrayList<>();
        for (Element element : data.elements()) {
            if (KeyRow.sizeBytes(element) > LARGE_ELEMENT_BYTES) {
                large.add(element.tag());
            }
        }
        large.forEach(data::remove);
    }
}
