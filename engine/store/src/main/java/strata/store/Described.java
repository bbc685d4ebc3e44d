package strata.store;

import strata.base.Uid;
import strata.catalog.InstanceKey;
import strata.dicom.DataSet;

/**
 * What an object says of itself.
 *
 * @param sopClass from the file meta group
 * @param transferSyntax from the file meta group
 * @param keys the elements that the catalog indexes
 */
record Described(InstanceKey key, Uid sopClass, Uid transferSyntax, DataSet keys) {}
