/**
 * The message level of PS3.7: command sets, statuses and counts. Values only.
 *
 * <p>Reading order: {@link strata.network.dimse.CommandSet},
 * {@link strata.network.dimse.CommandField}, {@link strata.network.dimse.Status},
 * {@link strata.network.dimse.SubOperations}, {@link strata.network.dimse.DimseException}.
 *
 * <p>A command set on the wire is a sequence of elements in implicit VR little endian, ascending,
 * all of group 0000, the group length first:
 *
 * <pre>
 * 0-1  group, 0000H
 * 2-3  element
 * 4-7  length of the value
 * 8-   value; US in two bytes, UI padded with NUL, AE and LO padded with space
 * </pre>
 */
package strata.network.dimse;
