package strata.frontdoor.commitment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.network.Reporter;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The attempts at one transaction: judge what is not judged, then report. Between two attempts it
 * holds no references. For one thread at a time.
 */
final class RunTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(RunTransaction.class);

    private final CommitmentProvider.Shared shared;
    private final BooleanSupplier stops;
    private Transaction transaction;
    private Optional<Reporter> reporter;
    private int attempts;

    RunTransaction(
            CommitmentProvider.Shared shared,
            Transaction transaction,
            Optional<Reporter> reporter,
            BooleanSupplier stops) {
        this.shared = shared;
        this.transaction = transaction;
        this.reporter = reporter;
        this.stops = stops;
    }

    /** @return the pause before the next attempt; empty when there is none */
    Optional<Duration> attempt() {
        attempts++;
        try {
            StoredTransaction stored = shared.transactions().read(transaction);
            transaction = stored.transaction();
            if (transaction.state() == TransactionState.OPEN) {
                stored = check(stored);
            }
            if (transaction.state() == TransactionState.CHECKED) {
                report(stored);
            }
        } catch (IOException e) {
            LOG.warn("{}, attempt {}: {}", this, attempts, e.getMessage());
        }
        if (!transaction.state().isPending() || stops.getAsBoolean()) {
            return Optional.empty();
        }
        if (hasWaited(shared.options().giveUpAfter())) {
            giveUp();
            return Optional.empty();
        }
        return Optional.of(shared.options().pauseAfter(attempts));
    }

    private boolean hasWaited(Duration limit) {
        return transaction.asked().plus(limit).isBefore(now());
    }

    private Instant now() {
        return shared.clock().instant();
    }

    /** Judges what can be judged; what lacks copies waits for as long as there is patience. */
    private StoredTransaction check(StoredTransaction stored) throws IOException {
        boolean mayWait = !hasWaited(shared.options().patience());
        Map<Reference, Verdict> judged = new LinkedHashMap<>();
        int committed = 0;
        int failed = 0;
        for (Map.Entry<Reference, Verdict> each : stored.references().entrySet()) {
            Verdict verdict =
                    each.getValue().isCommitted() ? each.getValue() : judge(each.getKey(), mayWait);
            judged.put(each.getKey(), verdict);
            committed += verdict.isCommitted() ? 1 : 0;
            failed += verdict.isFailed() ? 1 : 0;
        }
        if (committed + failed == judged.size()) {
            transaction = transaction.checked(shared.check().copies(), committed, failed, now());
            note(committed, failed);
        }
        StoredTransaction next = new StoredTransaction(transaction, judged);
        if (!next.equals(stored)) {
            shared.transactions().update(next);
        }
        return next;
    }

    private Verdict judge(Reference reference, boolean mayWait) throws IOException {
        if (stops.getAsBoolean() || mayWait && shared.check().lacksCopies(reference)) {
            return Verdict.UNJUDGED;
        }
        Verdict verdict = shared.check().judge(reference, stops);
        return mayWait && verdict.isFailed() && verdict.mayHeal() ? Verdict.UNJUDGED : verdict;
    }

    private void note(int committed, int failed) {
        shared.meters().judged(committed, failed);
        LOG.info(
                "{}: {} committed with {} copies, {} not",
                this,
                committed,
                shared.check().copies(),
                failed);
        shared.audit()
                .record(
                        Audit.Action.INSTANCES_COMMITTED,
                        failed == 0 ? Audit.Outcome.SUCCESS : Audit.Outcome.FAILED,
                        transaction.requester().value(),
                        Map.of(
                                "transaction", transaction.uid().value(),
                                "committed", Integer.toString(committed),
                                "failed", Integer.toString(failed),
                                "copies", Integer.toString(shared.check().copies())));
    }

    private void report(StoredTransaction checked) throws IOException {
        boolean delivered = false;
        try {
            shared.route().send(transaction.requester(), CommitmentReport.of(checked), reporter);
            delivered = true;
        } finally {
            shared.meters().report(delivered);
            reporter = Optional.empty();
        }
        over(TransactionState.REPORTED);
    }

    private void giveUp() {
        LOG.error("{}: given up, the requester could not be told", this);
        try {
            over(TransactionState.GIVEN_UP);
        } catch (IOException e) {
            LOG.error("{}: its end could not be noted: {}", this, e.getMessage());
        }
    }

    /** When it cannot be written, a restart reports once more, which does no harm. */
    private void over(TransactionState state) throws IOException {
        transaction = transaction.to(state, now());
        shared.meters().over(state);
        shared.transactions().update(new StoredTransaction(transaction, Map.of()));
    }

    @Override
    public String toString() {
        return "storage commitment " + transaction.uid() + " of " + transaction.requester();
    }
}
