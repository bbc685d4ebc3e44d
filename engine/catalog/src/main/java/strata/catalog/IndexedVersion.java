package strata.catalog;

import strata.dicom.DataSet;

/** A version with the index keys captured from it, in ISO_IR 192. */
public record IndexedVersion(VersionEntry entry, DataSet keys) {}
