package strata.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Metrics;

import java.nio.charset.StandardCharsets;

class PrometheusMetricsTest {
    private final PrometheusMetrics metrics = new PrometheusMetrics();

    @Test
    void countsGaugesAndHistogramsAppear() {
        metrics.counter("strata_ingest_objects_total", "Objects stored.", "door")
                .add(3, "dimse");
        metrics.histogram("strata_ingest_commit_seconds", "Commit.").observe(0.003);
        metrics.gauge("strata_tier_used_bytes", "Fill.", "tier", "hot", () -> 42);
        metrics.gauge("strata_queue_depth_objects", "Depth.", () -> 7);
        String text = scrape(null);
        assertTrue(text.contains("strata_ingest_objects_total{door=\"dimse\"} 3.0\n"), text);
        assertTrue(text.contains("strata_ingest_commit_seconds_bucket{le=\"0.005\"} 1\n"), text);
        assertTrue(text.contains("strata_tier_used_bytes{tier=\"hot\"} 42.0\n"), text);
        assertTrue(text.contains("strata_queue_depth_objects 7.0\n"), text);
        assertTrue(text.contains("jvm_memory_used_bytes"), text);
    }

    /** Alerts on growth, and on the age of the process, ask for these before anything happened. */
    @Test
    void whatIsKnownIsShownAsZeroFromTheStart() {
        metrics.counter("strata_e_f_total", "Help.", "reason").known("late").known("lost");
        metrics.counter("strata_g_h_total", "Help.");
        String text = scrape(null);
        assertTrue(text.contains("strata_e_f_total{reason=\"late\"} 0.0\n"), text);
        assertTrue(text.contains("strata_e_f_total{reason=\"lost\"} 0.0\n"), text);
        assertTrue(text.contains("strata_g_h_total 0.0\n"), text);
        assertTrue(text.contains("\nprocess_start_time_seconds "), text);
    }

    @Test
    void registeringAgainGivesTheSameInstrument() {
        Metrics.Counter first = metrics.counter("strata_a_b_total", "Help.");
        first.increment();
        metrics.counter("strata_a_b_total", "Help.").increment();
        metrics.gauge("strata_c_d_bytes", "Help.", () -> 1);
        metrics.gauge("strata_c_d_bytes", "Help.", () -> 2);
        assertTrue(scrape(null).contains("strata_a_b_total 2.0\n"));
        assertTrue(scrape(null).contains("strata_c_d_bytes 2.0\n"));
    }

    @Test
    void anotherKindOrOtherLabelsAreRefused() {
        metrics.counter("strata_a_b_total", "Help.", "door");
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.counter("strata_a_b_total", "Help.", "tier"));
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.histogram("strata_a_b_total", "Help.", "door"));
        assertThrows(
                IllegalArgumentException.class, () -> metrics.counter("strata_a_objects", "Help."));
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("requests", "Help."));
    }

    @Test
    void aGaugeThatThrowsHidesNoOther() {
        metrics.gauge("strata_a_broken_bytes", "Help.", () -> {
            throw new IllegalStateException("planted by the test");
        });
        metrics.gauge("strata_a_sound_bytes", "Help.", () -> 5);
        String text = scrape(null);
        assertTrue(text.contains("strata_a_broken_bytes NaN"), text);
        assertTrue(text.contains("strata_a_sound_bytes 5.0"), text);
    }

    @Test
    void openMetricsWhereAskedFor() {
        String accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";
        assertTrue(metrics.contentType(accept).startsWith("application/openmetrics-text"));
        assertTrue(scrape(accept).endsWith("# EOF\n"));
        assertTrue(metrics.contentType("*/*").startsWith("text/plain"));
        assertEquals(metrics.contentType(null), metrics.contentType("text/html"));
    }

    @Test
    void aGaugeCannotHaveTheNameOfACounterWithoutItsEnding() {
        metrics.gauge("strata_network_associations", "Open ones.", () -> 2);
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.counter("strata_network_associations_total", "All."));
    }

    @Test
    void twoSitesInOneProcessDoNotMix() {
        PrometheusMetrics other = new PrometheusMetrics();
        other.counter("strata_a_b_total", "Help.").increment();
        assertTrue(!scrape(null).contains("strata_a_b_total"));
    }

    private String scrape(String accept) {
        return new String(metrics.scrape(accept), StandardCharsets.UTF_8);
    }
}
