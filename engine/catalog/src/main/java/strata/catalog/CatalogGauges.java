package strata.catalog;

import strata.base.Metrics;

import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** What an operator sees of a catalog; each value is asked for when it is read. */
final class CatalogGauges {
    private CatalogGauges() {}

    static void register(
            Metrics metrics,
            Supplier<CatalogStatistics> totals,
            DoubleSupplier sizeBytes,
            DoubleSupplier distrusted) {
        metrics.gauge("strata_catalog_size_bytes", "Catalog on disk and unflushed", sizeBytes);
        metrics.gauge(
                "strata_catalog_distrusted",
                "Whether damage was met, so that the next start makes the catalog anew",
                distrusted);
        metrics.gauge(
                "strata_catalog_instances", "Instances", () -> totals.get().instances());
        metrics.gauge("strata_catalog_studies", "Studies", () -> totals.get().studies());
        metrics.gauge(
                "strata_catalog_conflicts", "Conflicts", () -> totals.get().conflicts());
        metrics.gauge(
                "strata_catalog_deleted",
                "Versions that are deleted or rejected and can be restored",
                () -> totals.get().deleted());
        metrics.gauge(
                "strata_catalog_damaged",
                "Versions without good copy",
                () -> totals.get().damaged());
    }
}
