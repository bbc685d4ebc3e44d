package strata.base;

import java.util.function.DoubleSupplier;

/**
 * The port to metrics. Names are Prometheus names with their unit last (bytes, seconds, total);
 * label values come from closed sets and never hold patient data. Registering a name again gives
 * the same instrument. Thread-safe.
 */
public interface Metrics {
    /** A value that only grows. */
    interface Counter {
        void add(double amount, String... labelValues);

        default void increment(String... labelValues) {
            add(1, labelValues);
        }

        /**
         * Shows these label values from now on, as 0: a series that appears with its first event
         * has not grown, so that an alert on its growth would miss that event.
         */
        default Counter known(String... labelValues) {
            add(0, labelValues);
            return this;
        }
    }

    /** A distribution, in the unit that the name ends with. */
    interface Histogram {
        void observe(double value, String... labelValues);
    }

    Counter counter(String name, String help, String... labelNames);

    Histogram histogram(String name, String help, String... labelNames);

    /** A value read when metrics are scraped; the supplier must be cheap and must not throw. */
    void gauge(String name, String help, DoubleSupplier value);

    /** As above, one child of a family with one label. */
    void gauge(String name, String help, String labelName, String labelValue, DoubleSupplier value);

    /** Metrics that go nowhere. */
    static Metrics none() {
        return NoMetrics.INSTANCE;
    }
}
