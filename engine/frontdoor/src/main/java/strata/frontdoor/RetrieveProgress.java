package strata.frontdoor;

import strata.base.Uid;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.network.RetrieveOutcome;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * The counts of one retrieve and what they make of its final status, PS3.4 C.4.2.1.5; thread-safe.
 */
final class RetrieveProgress {
    /** Failed UIDs that are listed; PS3.4 sets no bound, memory does. */
    static final int MAX_FAILED_LISTED = 10_000;

    private static final int MAX_SERIES_LISTED = 10_000;

    private final int total;
    private final BiConsumer<VersionEntry, Status> answers;
    private final List<Uid> failedInstances = new ArrayList<>();
    private final Set<SeriesKey> series = new LinkedHashSet<>();
    private int completed;
    private int failed;
    private int warning;
    private boolean cancelled;
    private String comment = "";

    RetrieveProgress(int total) {
        this(total, (version, status) -> {});
    }

    /** @param answers told of each answer, from any lane's thread */
    RetrieveProgress(int total, BiConsumer<VersionEntry, Status> answers) {
        this.total = total;
        this.answers = answers;
    }

    /** The receiver answered. */
    synchronized void answered(VersionEntry version, Status status) {
        answers.accept(version, status);
        if (status.isSuccess()) {
            completed++;
        } else if (status.isDone()) {
            warning++;
        } else {
            failed(version.key().instance());
            return;
        }
        if (series.size() < MAX_SERIES_LISTED) {
            series.add(SeriesKey.of(version.key()));
        }
    }

    synchronized void failed(Uid instance) {
        failed++;
        if (failedInstances.size() < MAX_FAILED_LISTED) {
            failedInstances.add(instance);
        }
    }

    synchronized void cancelled() {
        cancelled = true;
    }

    synchronized boolean nothingSent() {
        return completed + warning == 0;
    }

    synchronized int sent() {
        return completed + warning;
    }

    synchronized int failures() {
        return failed;
    }

    /** The series of what was sent, as far as memory allows. */
    synchronized Set<SeriesKey> series() {
        return Set.copyOf(series);
    }

    /** The studies of {@link #series}. */
    synchronized Set<Uid> studies() {
        return series.stream().map(SeriesKey::study).collect(Collectors.toUnmodifiableSet());
    }

    synchronized SubOperations counts() {
        int done = completed + failed + warning;
        return new SubOperations(Math.max(0, total - done), completed, failed, warning);
    }

    synchronized RetrieveOutcome outcome() {
        return new RetrieveOutcome(status(), counts(), failedInstances, comment);
    }

    /** What the final response says in words, of instances that failed. */
    synchronized void comment(String text) {
        comment = text;
    }

    private Status status() {
        if (cancelled) {
            return Status.CANCEL;
        }
        if (failed > 0 && nothingSent()) {
            return Status.UNABLE_TO_PERFORM_SUBOPERATIONS;
        }
        return failed + warning > 0 ? Status.SUBOPERATIONS_WITH_FAILURES : Status.SUCCESS;
    }
}
