package strata.segment;

import strata.base.Metrics;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.DoubleSupplier;

/** Remembers sums of counters and histograms by name. */
final class RecordingMetrics implements Metrics {
    private final Map<String, Double> sums = new ConcurrentHashMap<>();
    private final Map<String, Double> observations = new ConcurrentHashMap<>();
    private final Set<String> gauges = new ConcurrentSkipListSet<>();

    double sum(String name) {
        return sums.getOrDefault(name, 0.0);
    }

    double observations(String name) {
        return observations.getOrDefault(name, 0.0);
    }

    Set<String> gauges() {
        return gauges;
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
        gauges.add(name);
    }

    @Override
    public void gauge(
            String name, String help, String labelName, String labelValue, DoubleSupplier value) {
        gauges.add(name);
    }
}
