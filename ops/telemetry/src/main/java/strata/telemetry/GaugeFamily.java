package strata.telemetry;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;

/** Gauges of one name, read when they are scraped; at most one label. */
final class GaugeFamily {
    private static final Logger LOG = LoggerFactory.getLogger(GaugeFamily.class);

    private final String name;
    private final boolean labelled;
    private final Map<String, DoubleSupplier> children = new ConcurrentSkipListMap<>();

    GaugeFamily(PrometheusRegistry registry, String name, String help, String... labelNames) {
        this.name = name;
        this.labelled = labelNames.length > 0;
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labelNames)
                .callback(this::read)
                .register(registry);
    }

    void put(String labelValue, DoubleSupplier value) {
        children.put(labelValue, value);
    }

    private void read(GaugeWithCallback.Callback callback) {
        children.forEach((labelValue, value) -> {
            double now = valueOf(value);
            if (labelled) {
                callback.call(now, labelValue);
            } else {
                callback.call(now);
            }
        });
    }

    /** One broken gauge must not hide all others from the scrape. */
    private double valueOf(DoubleSupplier value) {
        try {
            return value.getAsDouble();
        } catch (RuntimeException e) {
            LOG.warn("gauge {} cannot be read", name, e);
            return Double.NaN;
        }
    }
}
