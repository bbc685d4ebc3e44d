package strata.base;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** Remembers sums of counters and histograms by name, and reads gauges. Thread-safe. */
public final class RecordingMetrics implements Metrics {
    private final Map<String, Double> sums = new ConcurrentHashMap<>();
    private final Map<String, Double> observations = new ConcurrentHashMap<>();
    private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();

    /** Of all children of a family; 0 without any. */
    public double sum(String name) {
        return sums.getOrDefault(name, 0.0);
    }

    /** How many values a histogram was given. */
    public double observations(String name) {
        return observations.getOrDefault(name, 0.0);
    }

    /** The names of all gauges. */
    public Set<String> gauges() {
        return Set.copyOf(gauges.keySet());
    }

    /** What a gauge says now; of a family the child that was registered last. */
    public double gauge(String name) {
        return gauges.get(name).getAsDouble();
    }

    @Override
    public Counter counter(String name, String help, String... labelNames) {
        return (amount, labels) -> sums.merge(name, amount, Double::sum);
    }

    @Override
    public Histogram histogram(String name, String help, String... labelNames) {
        return (value, labels) -> {
            sums.merge(name, value, Double::sum);
            observations.merge(name, 1.0, Double::sum);
        };
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value) {
        gauges.put(name, value);
    }

    @Override
    public void gauge(
            String name, String help, String labelName, String labelValue, DoubleSupplier value) {
        gauges.put(name, value);
    }
}
