package strata.mover;

import strata.base.Metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.DoubleSupplier;

/** Metrics that go nowhere but tell of each checkpoint that ended. */
record CheckpointMetrics(Action afterCheckpoint) implements Metrics {
    private static final String CHECKPOINT = "strata_store_checkpoint_seconds";

    /** Takes the copy that a crash may leave. */
    interface Action {
        void run() throws IOException;
    }

    @Override
    public Counter counter(String name, String help, String... labelNames) {
        return Metrics.none().counter(name, help, labelNames);
    }

    @Override
    public Histogram histogram(String name, String help, String... labelNames) {
        if (!name.equals(CHECKPOINT)) {
            return Metrics.none().histogram(name, help, labelNames);
        }
        return (value, labels) -> {
            try {
                afterCheckpoint.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value) {
        Metrics.none().gauge(name, help, value);
    }

    @Override
    public void gauge(
            String name, String help, String labelName, String labelValue, DoubleSupplier value) {
        Metrics.none().gauge(name, help, labelName, labelValue, value);
    }
}
