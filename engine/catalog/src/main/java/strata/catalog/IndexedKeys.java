package strata.catalog;

import strata.dicom.DataSet;

/**
 * Index keys in the form in which they are kept: a copy of what was handed over, its text in ISO_IR
 * 192.
 */
record IndexedKeys(DataSet data, byte[] row) {
    static IndexedKeys of(DataSet given) {
        try {
            // The caller's data set stays as it is: items know the data set around them.
            DataSet copy = KeyRow.decode(RowFamily.KEYS, KeyRow.encode(given)).toUtf8();
            return new IndexedKeys(copy, KeyRow.encode(copy));
        } catch (CatalogDamagedException e) {
            throw new IllegalArgumentException("index keys nested too deep", e);
        }
    }
}
