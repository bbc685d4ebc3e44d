/**
 * What every room of the house may use: ids and digests that validate themselves, the errors that
 * name who is at fault, and the ports to disk, metrics and audit.
 *
 * <p>Reading order: {@link strata.base.Uid}, {@link strata.base.ObjectId},
 * {@link strata.base.Digest}, {@link strata.base.Disk} and {@link strata.base.DiskFile},
 * {@link strata.base.StrataException} and its children, {@link strata.base.Metrics},
 * {@link strata.base.Audit}.
 *
 * <p>Invariant: nothing here knows DICOM data sets, tiers or the network.
 */
package strata.base;
