package strata.telemetry;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

import strata.base.Metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * Metrics held in a Prometheus registry of their own, so that two sites in one process do not mix,
 * together with the series of the Java process (heap, direct buffers, threads, collections).
 *
 * <p>Registering a name again with the same kind and label names gives the same instrument; with
 * others it throws {@link IllegalArgumentException}, since that is a defect of the caller. A gauge
 * that is registered again takes the new supplier, so that a restarted part replaces its
 * predecessor. Thread-safe.
 */
public final class PrometheusMetrics implements Metrics {
    private static final Pattern NAME = Pattern.compile("strata(_[a-z0-9]+){2,}");

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Map<String, Registered> byName = new HashMap<>();
    private final PrometheusTextFormatWriter plain = PrometheusTextFormatWriter.builder()
            .setIncludeCreatedTimestamps(false)
            .build();
    private final OpenMetricsTextFormatWriter open = OpenMetricsTextFormatWriter.builder()
            .setCreatedTimestampsEnabled(false)
            .setExemplarsOnAllMetricTypesEnabled(false)
            .build();

    private record Registered(Object instrument, List<String> labelNames) {}

    public PrometheusMetrics() {
        JvmMetrics.builder().register(registry);
    }

    @Override
    public Counter counter(String name, String help, String... labelNames) {
        return instrument(name, PrometheusCounter.class, labelNames, () -> {
            if (!name.endsWith("_total")) {
                throw new IllegalArgumentException("a counter's name ends with _total: " + name);
            }
            return new PrometheusCounter(registry, name, help, labelNames);
        });
    }

    @Override
    public Histogram histogram(String name, String help, String... labelNames) {
        return instrument(
                name,
                PrometheusHistogram.class,
                labelNames,
                () -> new PrometheusHistogram(registry, name, help, labelNames));
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value) {
        instrument(
                        name,
                        GaugeFamily.class,
                        new String[0],
                        () -> new GaugeFamily(registry, name, help))
                .put("", value);
    }

    @Override
    public void gauge(
            String name, String help, String labelName, String labelValue, DoubleSupplier value) {
        String[] labelNames = {labelName};
        instrument(
                        name,
                        GaugeFamily.class,
                        labelNames,
                        () -> new GaugeFamily(registry, name, help, labelName))
                .put(labelValue, value);
    }

    /**
     * All series as text, in OpenMetrics 1.0 when the Accept header asks for it, else in the
     * Prometheus text format 0.0.4.
     *
     * @param accept the request's Accept header; null is the same as an absent one
     */
    public byte[] scrape(String accept) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(32 * 1024);
        try {
            writer(accept).write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return out.toByteArray();
    }

    /** The Content-Type of what {@link #scrape} returns for the same Accept header. */
    public String contentType(String accept) {
        return writer(accept).getContentType();
    }

    private ExpositionFormatWriter writer(String accept) {
        return open.accepts(accept) ? open : plain;
    }

    private synchronized <T> T instrument(
            String name,
            Class<T> kind,
            String[] labelNames,
            java.util.function.Supplier<T> create) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a metric is named strata_<area>_<what>_<unit>: " + name);
        }
        List<String> labels = Arrays.asList(labelNames.clone());
        Registered known = byName.get(name);
        if (known == null) {
            T created = create.get();
            byName.put(name, new Registered(created, labels));
            return created;
        }
        if (!kind.isInstance(known.instrument()) || !known.labelNames().equals(labels)) {
            throw new IllegalArgumentException("metric " + name
                    + " is registered as another kind or with other labels: " + known.labelNames());
        }
        return kind.cast(known.instrument());
    }
}
