package strata.cli;

import strata.mover.Tiers;
import strata.store.Store;

import java.io.Closeable;

/** The open parts of a stopped server; closing gives the directory free. */
public interface OfflineSite extends Closeable {
    Store store();

    Tiers tiers();
}
