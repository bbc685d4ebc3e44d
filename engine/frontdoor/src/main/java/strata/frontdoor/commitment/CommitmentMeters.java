package strata.frontdoor.commitment;

import strata.base.Metrics;

/** What storage commitment counts; all labels are closed sets. */
final class CommitmentMeters {
    private final Metrics.Counter transactions;
    private final Metrics.Counter references;
    private final Metrics.Counter reports;

    CommitmentMeters(Metrics metrics, Transactions known) {
        transactions = metrics.counter(
                        "strata_commitment_transactions_total",
                        "Storage commitment requests, by what became of them",
                        "result")
                .known("given_up");
        references = metrics.counter(
                        "strata_commitment_references_total",
                        "Instances whose commitment was judged",
                        "result")
                .known("failed");
        reports = metrics.counter(
                "strata_commitment_reports_total", "Attempts to report to the requester", "result");
        metrics.gauge(
                "strata_commitment_pending",
                "Storage commitment transactions that are not reported yet",
                known::pending);
    }

    void accepted() {
        transactions.increment("accepted");
    }

    void refused() {
        transactions.increment("refused");
    }

    void over(TransactionState state) {
        transactions.increment(state == TransactionState.REPORTED ? "reported" : "given_up");
    }

    void judged(int committed, int failed) {
        references.add(committed, "committed");
        references.add(failed, "failed");
    }

    void report(boolean delivered) {
        reports.increment(delivered ? "delivered" : "failed");
    }
}
