package strata.mover;

import strata.catalog.Placement;
import strata.catalog.VersionEntry;

/**
 * A copy that is not what was received, or cannot be read.
 *
 * @param what where and how, from the error that was met
 */
public record Damage(VersionEntry version, Placement placement, String what) {}
