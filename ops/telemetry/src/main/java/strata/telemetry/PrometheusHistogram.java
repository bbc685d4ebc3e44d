package strata.telemetry;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

import strata.base.Metrics;

/** One histogram family; its buckets follow from the unit that its name ends with. */
final class PrometheusHistogram implements Metrics.Histogram {
    /** From a cached lookup to a recall from a far tier. */
    private static final double[] SECONDS = {
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
        10, 30, 60, 300
    };

    /** Powers of four from a small report to a multi-frame object. */
    private static final double[] BYTES = powers(1024, 4, 12);

    /** Batch sizes, queue lengths and the like. */
    private static final double[] COUNTS = powers(1, 2, 14);

    private final io.prometheus.metrics.core.metrics.Histogram family;

    PrometheusHistogram(
            PrometheusRegistry registry, String name, String help, String... labelNames) {
        double[] bounds =
                name.endsWith("_seconds") ? SECONDS : name.endsWith("_bytes") ? BYTES : COUNTS;
        this.family = io.prometheus.metrics.core.metrics.Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labelNames)
                .classicOnly()
                .classicUpperBounds(bounds)
                .register(registry);
    }

    @Override
    public void observe(double value, String... labelValues) {
        DistributionDataPoint point =
                labelValues.length == 0 ? family : family.labelValues(labelValues);
        point.observe(value);
    }

    private static double[] powers(double first, double factor, int count) {
        double[] bounds = new double[count];
        double bound = first;
        for (int i = 0; i < count; i++) {
            bounds[i] = bound;
            bound *= factor;
        }
        return bounds;
    }
}
