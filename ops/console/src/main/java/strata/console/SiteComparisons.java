package strata.console;

import com.fasterxml.jackson.core.JsonGenerator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.replication.ComparisonReport;
import strata.replication.Difference;
import strata.replication.NoteDifference;
import strata.replication.SiteComparison.Mode;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Comparisons with other sites: one at a time is started, runs beside everything else, and is asked
 * for its end. Thread-safe.
 */
public final class SiteComparisons implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SiteComparisons.class);

    private static final String NOTED_OTHERWISE = "noted_otherwise";

    /** Compares with one site. */
    public interface Comparing {
        ComparisonReport run(Mode mode, boolean deep) throws IOException;
    }

    private enum State {
        RUNNING,
        DONE,
        FAILED
    }

    private record Run(
            State state,
            Mode mode,
            Instant since,
            Optional<ComparisonReport> report,
            String text) {}

    private final Map<String, Comparing> sites;
    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "site-comparison");
        thread.setDaemon(true);
        return thread;
    });
    private final Metrics.Counter found;

    /** @param sites by their configured names */
    public SiteComparisons(Map<String, Comparing> sites, Metrics metrics) {
        this.sites = Map.copyOf(sites);
        this.found = metrics.counter(
                "strata_replication_differences_total",
                "Differences that comparisons with other sites found",
                "site",
                "kind");
        for (String site : this.sites.keySet()) {
            for (Difference.Kind kind : Difference.Kind.values()) {
                found.known(site, StatusPage.word(kind));
            }
            found.known(site, NOTED_OTHERWISE);
        }
    }

    /** Parameters: site; repair and deep, true or false. */
    Response start(Request request) throws IOException {
        String site = site(request);
        Mode mode = flag(request, "repair") ? Mode.REPAIR : Mode.DIFF;
        boolean deep = flag(request, "deep");
        synchronized (runs) {
            Run running = runs.get(site);
            if (running != null && running.state() == State.RUNNING) {
                throw new HttpException(409, "a comparison with " + site + " is under way");
            }
            Run begun = new Run(State.RUNNING, mode, Instant.now(), Optional.empty(), "");
            runs.put(site, begun);
            worker.execute(() -> run(site, begun, deep));
        }
        return show(site);
    }

    private static boolean flag(Request request, String name) throws HttpException {
        String text = request.query(name).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw new HttpException(400, name + " is true or false");
        }
        return text.equals("true");
    }

    private String site(Request request) throws HttpException {
        String site = request.query("site")
                .orElseGet(() -> sites.size() == 1 ? sites.keySet().iterator().next() : "");
        if (!sites.containsKey(site)) {
            throw new HttpException(
                    404, "the parameter site is one of the configured sites: " + sites.keySet());
        }
        return site;
    }

    private void run(String site, Run begun, boolean deep) {
        Run ended;
        try {
            ComparisonReport report = sites.get(site).run(begun.mode(), deep);
            report.differences()
                    .forEach(each -> found.increment(site, StatusPage.word(each.kind())));
            report.notes().forEach(each -> found.increment(site, NOTED_OTHERWISE));
            ended = new Run(State.DONE, begun.mode(), begun.since(), Optional.of(report), "");
        } catch (IOException | RuntimeException e) {
            LOG.warn("comparison with site {} ended early", site, e);
            ended = new Run(
                    State.FAILED,
                    begun.mode(),
                    begun.since(),
                    Optional.empty(),
                    String.valueOf(e.getMessage()));
        }
        runs.put(site, ended);
    }

    /** The last comparison with a site. */
    Response show(Request request) throws IOException {
        return show(site(request));
    }

    private Response show(String site) throws IOException {
        Run run = runs.get(site);
        if (run == null) {
            throw new HttpException(404, "no comparison with " + site + " since the start");
        }
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeStringField("site", site);
            json.writeStringField("state", StatusPage.word(run.state()));
            json.writeStringField("mode", StatusPage.word(run.mode()));
            json.writeStringField("since", run.since().toString());
            json.writeStringField("trouble", run.text());
            if (run.report().isPresent()) {
                report(json, run.report().get());
            }
            json.writeEndObject();
        });
    }

    private static void report(JsonGenerator json, ComparisonReport report) throws IOException {
        json.writeNumberField("studies", report.studies());
        json.writeNumberField("versions", report.versions());
        json.writeNumberField("rounds", report.rounds());
        json.writeNumberField("found", report.found());
        json.writeNumberField("repaired", report.repaired());
        json.writeNumberField("checked", report.checked());
        json.writeArrayFieldStart("differences");
        for (Difference each : report.differences()) {
            json.writeStartObject();
            json.writeStringField("kind", StatusPage.word(each.kind()));
            json.writeStringField("study", each.study().value());
            json.writeStringField("instance", each.instance().value());
            json.writeStringField("object", each.object().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("notes");
        for (NoteDifference each : report.notes()) {
            json.writeStartObject();
            json.writeStringField("book", each.book());
            json.writeStringField("key", each.key());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
