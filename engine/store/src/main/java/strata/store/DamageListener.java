package strata.store;

import strata.catalog.Placement;
import strata.catalog.VersionEntry;

import java.io.IOException;

/**
 * Told of a copy that gave wrong bytes; the store has marked it already. Must not block or throw.
 */
@FunctionalInterface
public interface DamageListener {
    void damaged(VersionEntry version, Placement placement, IOException cause);
}
