package strata.policy.lifecycle.patients;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Disk;
import strata.base.LineLog;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.catalog.PatientId;
import strata.catalog.PatientLinks;
import strata.catalog.Person;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which patients were merged: the file {@code patients} of the data directory, which is truth and
 * not derived. Nothing stored changes; queries follow. A change is durable when the call returns,
 * and every change can be taken back. Thread-safe.
 */
public final class PatientBook implements Closeable {
    /** The latest words that are kept. */
    public static final int MAX_WORDS = 500_000;

    private static final Logger LOG = LoggerFactory.getLogger(PatientBook.class);

    private final LineLog log;
    private final Audit audit;
    private final Consumer<PatientLinks> queries;
    private MergeState state = MergeState.EMPTY;
    private volatile Runnable listener = () -> {};

    private PatientBook(
            Disk disk, Path path, Consumer<PatientLinks> queries, Metrics metrics, Audit audit)
            throws IOException {
        this.audit = audit;
        this.queries = queries;
        this.log = LineLog.open(
                disk, path, "patients", line -> state = state.with(PatientMerge.of(line)));
        if (log.damaged() > 0) {
            LOG.error(
                    "{} of the lines of {} are damaged: merges of patients are missing; put a copy"
                            + " of the file back, or send them again",
                    log.damaged(),
                    path);
        }
        metrics.gauge(
                "strata_patients_merged", "Patients that count as another", () -> now().active());
        metrics.gauge(
                "strata_patients_lines_damaged",
                "Damaged lines of the file of merged patients when it was opened",
                log::damaged);
        queries.accept(state.links());
    }

    /**
     * Reads the file, or begins with none.
     *
     * @param queries told who counts as whom, now and after each change
     * @throws strata.base.FormatException when it is another file, or of a later build
     */
    public static PatientBook open(
            Disk disk, Path path, Consumer<PatientLinks> queries, Metrics metrics, Audit audit)
            throws IOException {
        return new PatientBook(disk, path, queries, metrics, audit);
    }

    private synchronized MergeState now() {
        return state;
    }

    /**
     * The studies of one patient count as another's from now on. What the surviving patient was
     * merged into is taken back where that was the merged one. Again changes nothing.
     *
     * @throws IllegalArgumentException when both are one
     */
    public synchronized void merge(PatientId merged, Person into, Instant at, String actor)
            throws IOException {
        if (isDone(merged, into)) {
            return;
        }
        if (root(into.id()).filter(last -> last.fits(merged)).isPresent()) {
            unmerge(into.id(), at, actor);
        }
        put(new PatientMerge(merged, into, true, after(merged, at), actor));
    }

    private boolean isDone(PatientId merged, Person into) {
        return state.activeOn(merged).filter(word -> word.into().equals(into)).isPresent();
    }

    private Optional<PatientId> root(PatientId of) {
        return state.links().survivor(of).map(Person::id);
    }

    /** A word follows the one before, whatever the clock says. */
    private Instant after(PatientId merged, Instant at) {
        Instant now = Instant.ofEpochMilli(at.toEpochMilli());
        return state.on(merged)
                .map(PatientMerge::at)
                .filter(then -> !then.isBefore(now))
                .map(then -> then.plusMillis(1))
                .orElse(now);
    }

    /**
     * Takes a merge back.
     *
     * @return false when the patient was not merged
     */
    public synchronized boolean unmerge(PatientId merged, Instant at, String actor)
            throws IOException {
        Optional<PatientMerge> word = state.activeOn(merged);
        if (word.isEmpty()) {
            return false;
        }
        PatientMerge before = word.get();
        put(new PatientMerge(
                before.merged(), before.into(), false, after(before.merged(), at), actor));
        return true;
    }

    /** Takes back whichever of two was merged into the other; false when none was. */
    public synchronized boolean unlink(PatientId one, PatientId other, Instant at, String actor)
            throws IOException {
        for (PatientId[] each : new PatientId[][] {{one, other}, {other, one}}) {
            boolean direct = state.activeOn(each[0])
                    .filter(word -> word.into().id().fits(each[1]))
                    .isPresent();
            if (direct) {
                return unmerge(each[0], at, actor);
            }
        }
        return false;
    }

    /** The latest word on every patient, also those taken back: what another site needs. */
    public List<PatientMerge> all() {
        return now().all();
    }

    /** Takes over what another site knows; of two words the later counts. */
    public synchronized void take(List<PatientMerge> words) throws IOException {
        for (PatientMerge word : words) {
            if (state.with(word) != state) {
                put(word);
            }
        }
    }

    /** Who hears, from any thread and without waiting, that a word was added. */
    public void onChange(Runnable next) {
        listener = next;
    }

    private void put(PatientMerge word) throws IOException {
        MergeState next = state.with(word);
        if (next.all().size() > MAX_WORDS) {
            throw new OperatorException("more than " + MAX_WORDS + " merged patients");
        }
        log.append(word.line(), () -> lines(next));
        state = next;
        queries.accept(next.links());
        listener.run();
        audit.record(
                Audit.Action.PATIENTS_MERGED,
                Audit.Outcome.SUCCESS,
                word.actor(),
                Map.of(
                        "event",
                        word.active() ? "merged" : "merge taken back",
                        "at",
                        word.at().toString()));
        LOG.info("patients {} by {}", word, word.actor());
    }

    private static List<String> lines(MergeState state) {
        List<String> lines = new ArrayList<>();
        state.all().forEach(word -> lines.add(word.line()));
        return lines;
    }

    @Override
    public synchronized void close() throws IOException {
        log.close();
    }
}
