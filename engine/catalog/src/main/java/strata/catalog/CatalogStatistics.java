package strata.catalog;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Totals, kept with every batch. Studies, series, instances and bytes count what readers are shown;
 * copies count every version, since each takes room.
 *
 * @param copies all copies by holder, see {@link Location#holder()}
 * @param verifiedCopies of these, the verified ones
 */
public record CatalogStatistics(
        long studies,
        long series,
        long instances,
        long bytes,
        long versions,
        long conflicts,
        long damaged,
        long deleted,
        SortedMap<String, CopyCount> copies,
        SortedMap<String, CopyCount> verifiedCopies) {
    public CatalogStatistics {
        copies = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(copies));
        verifiedCopies = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(verifiedCopies));
    }
}
