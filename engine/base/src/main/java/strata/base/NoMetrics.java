package strata.base;

import java.util.function.DoubleSupplier;

enum NoMetrics implements Metrics {
    INSTANCE;

    @Override
    public Counter counter(String name, String help, String... labelNames) {
        return (amount, labelValues) -> {};
    }

    @Override
    public Histogram histogram(String name, String help, String... labelNames) {
        return (value, labelValues) -> {};
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value) {}

    @Override
    public void gauge(
            String name, String help, String labelName, String labelValue, DoubleSupplier value) {}
}
