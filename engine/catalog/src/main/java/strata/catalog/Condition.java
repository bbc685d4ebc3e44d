package strata.catalog;

import strata.dicom.DataSet;

import java.util.function.Predicate;

/** What one key of a query asks of an entity, PS3.4 C.2.2.2; see {@link Conditions}. */
interface Condition extends Predicate<DataSet> {}
