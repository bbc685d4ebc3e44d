package strata.console;

import com.fasterxml.jackson.core.JsonGenerator;

import strata.base.Uid;
import strata.catalog.Placement;
import strata.catalog.VersionEntry;
import strata.mover.Damage;
import strata.mover.Scrub;
import strata.mover.ScrubReport;
import strata.network.http.HttpException;
import strata.network.http.Response;
import strata.network.http.ResponseStream;
import strata.store.Store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Scrubs that a request asked for, one at a time, and the memory of the last one over everything.
 */
final class ScrubRun {
    private static final String MARK = "console/last-scrub";
    private static final long COPIES_BETWEEN = 500;
    private static final long NANOS_BETWEEN = 1_000_000_000L;

    private final Store store;
    private final Scrub scrub;
    private final Semaphore turn = new Semaphore(1);

    /** The last scrub over everything. */
    record Last(Instant endedAt, long copies, long damaged) {}

    ScrubRun(Store store, Scrub scrub) {
        this.store = store;
        this.scrub = scrub;
    }

    Response start(Optional<Uid> study) {
        return Response.stream("application/x-ndjson", to -> {
            if (!turn.tryAcquire()) {
                throw new HttpException(409, "a scrub is running; wait until it has ended");
            }
            try {
                run(study, to);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            } finally {
                turn.release();
            }
        });
    }

    private void run(Optional<Uid> study, ResponseStream to) throws IOException {
        Lines lines = new Lines(to);
        ScrubReport report = scrub.run(study, lines);
        if (study.isEmpty()) {
            note(copies(report), report.damaged());
        }
        JsonBody.line(to, json -> summary(json, report));
    }

    /** Keeps what a scrub over everything found; lasts as long as the catalog. */
    void note(long copies, long damaged) throws IOException {
        String text = store.now() + " " + copies + " " + damaged;
        store.catalog().putMark(MARK, text.getBytes(StandardCharsets.US_ASCII));
    }

    Optional<Last> last() throws IOException {
        return store.catalog().mark(MARK).map(bytes -> {
            String[] words = new String(bytes, StandardCharsets.US_ASCII).split(" ");
            return new Last(
                    Instant.parse(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
        });
    }

    private static long copies(ScrubReport report) {
        return report.damaged()
                + report.copies().values().stream().mapToLong(c -> c).sum();
    }

    private static void summary(JsonGenerator json, ScrubReport report) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "summary");
        json.writeNumberField("copies", copies(report));
        json.writeNumberField("damaged", report.damaged());
        json.writeObjectFieldStart("verified");
        for (Map.Entry<String, Long> held : report.copies().entrySet()) {
            json.writeObjectFieldStart(held.getKey());
            json.writeNumberField("copies", held.getValue());
            json.writeNumberField("bytes", report.bytes().getOrDefault(held.getKey(), 0L));
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** Sends a line now and then, and one for each damage at once. */
    private static final class Lines implements Scrub.Progress {
        private final ResponseStream to;
        private long copies;
        private long bytes;
        private long damaged;
        private long sentCopies;
        private long sentNanos = System.nanoTime();

        Lines(ResponseStream to) {
            this.to = to;
        }

        @Override
        public void read(VersionEntry version, Placement placement, Optional<Damage> damage) {
            copies++;
            bytes += version.lengthBytes();
            long now = System.nanoTime();
            try {
                if (damage.isPresent()) {
                    damaged++;
                    JsonBody.line(to, json -> damage(json, damage.get()));
                }
                if (copies - sentCopies >= COPIES_BETWEEN || now - sentNanos >= NANOS_BETWEEN) {
                    sentCopies = copies;
                    sentNanos = now;
                    JsonBody.line(to, this::progress);
                }
            } catch (IOException e) {
                // Whoever asked has gone: the scrub ends here.
                throw new UncheckedIOException(e);
            }
        }

        private void progress(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeStringField("type", "progress");
            json.writeNumberField("copies", copies);
            json.writeNumberField("bytes", bytes);
            json.writeNumberField("damaged", damaged);
            json.writeEndObject();
        }

        private static void damage(JsonGenerator json, Damage damage) throws IOException {
            json.writeStartObject();
            json.writeStringField("type", "damage");
            json.writeStringField("object", damage.version().id().toString());
            json.writeStringField(
                    "studyInstanceUid", damage.version().key().study().value());
            json.writeStringField(
                    "sopInstanceUid", damage.version().key().instance().value());
            json.writeStringField("holder", damage.placement().location().holder());
            json.writeStringField("location", damage.placement().location().toString());
            json.writeStringField("error", String.valueOf(damage.what()));
            json.writeEndObject();
        }
    }
}
