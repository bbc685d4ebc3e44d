package strata.telemetry;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

import strata.base.Metrics;

/** One counter family. */
final class PrometheusCounter implements Metrics.Counter {
    private final io.prometheus.metrics.core.metrics.Counter family;

    PrometheusCounter(PrometheusRegistry registry, String name, String help, String... labelNames) {
        this.family = io.prometheus.metrics.core.metrics.Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labelNames)
                .register(registry);
    }

    @Override
    public void add(double amount, String... labelValues) {
        CounterDataPoint point = labelValues.length == 0 ? family : family.labelValues(labelValues);
        point.inc(amount);
    }
}
