package strata.catalog;

import strata.base.Fault;
import strata.base.StrataException;

/**
 * The catalog cannot be trusted: its files are torn, missing, older than they should be, or hold a
 * row that does not decode. No object is lost by that: the owner calls {@link Catalog#erase} (when
 * opening failed) or {@link Catalog#clear()} and replays segments and packs.
 */
public final class CatalogDamagedException extends StrataException {
    public CatalogDamagedException(String message) {
        super(Fault.DISK, "catalog damaged: " + message, null);
    }

    public CatalogDamagedException(String message, Throwable cause) {
        super(Fault.DISK, "catalog damaged: " + message, cause);
    }
}
