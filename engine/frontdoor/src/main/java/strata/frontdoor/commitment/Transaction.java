package strata.frontdoor.commitment;

import strata.base.AeTitle;
import strata.base.Uid;

import java.time.Instant;
import java.util.Objects;

/**
 * A request for commitment, without its references.
 *
 * @param number our own, names its file
 * @param since when it came into this state
 * @param copies that were asked of each object when it was checked, 0 before
 * @param committed references found committed, 0 before the check
 * @param failed references found not committed, 0 before the check
 */
public record Transaction(
        long number,
        Uid uid,
        AeTitle requester,
        TransactionState state,
        Instant asked,
        Instant since,
        int copies,
        int committed,
        int failed) {
    public Transaction {
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(requester, "requester");
        Objects.requireNonNull(state, "state");
        if (number < 0 || copies < 0 || committed < 0 || failed < 0) {
            throw new IllegalArgumentException("negative number in transaction " + uid);
        }
    }

    static Transaction open(long number, Uid uid, AeTitle requester, Instant now) {
        return new Transaction(number, uid, requester, TransactionState.OPEN, now, now, 0, 0, 0);
    }

    Transaction checked(int byCopies, int found, int notFound, Instant now) {
        return new Transaction(
                number,
                uid,
                requester,
                state.to(TransactionState.CHECKED),
                asked,
                now,
                byCopies,
                found,
                notFound);
    }

    Transaction to(TransactionState next, Instant now) {
        return new Transaction(
                number, uid, requester, state.to(next), asked, now, copies, committed, failed);
    }
}
