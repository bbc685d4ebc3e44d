package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Element;

import java.util.ArrayList;
import java.util.List;

/**
 * Index keys in the form in which they are kept: a copy of what was handed over, its text in ISO_IR
 * 192. Of a data set that would make a row beyond {@value #MAX_ROW_BYTES} bytes, elements of more
 * than {@value #LARGE_ELEMENT_BYTES} are left out.
 */
record IndexedKeys(DataSet data, byte[] row) {
    static final int MAX_ROW_BYTES = 1 << 20;
    static final int LARGE_ELEMENT_BYTES = 4 << 10;

    static IndexedKeys of(DataSet given) {
        try {
            // The caller's data set stays as it is: items know the data set around them.
            DataSet copy = KeyRow.decode(RowFamily.KEYS, KeyRow.encode(given)).toUtf8();
            byte[] row = KeyRow.encode(copy);
            if (row.length > MAX_ROW_BYTES) {
                dropLarge(copy);
                row = KeyRow.encode(copy);
            }
            return new IndexedKeys(copy, row);
        } catch (CatalogDamagedException e) {
            throw new IllegalArgumentException("index keys nested too deep", e);
        }
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
