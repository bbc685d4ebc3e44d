package strata.policy.lifecycle;

import strata.base.Audit;
import strata.base.Uid;

import java.util.Map;
import java.util.Objects;

/**
 * What decides whether something may go for good: the book of holds, and the rules.
 *
 * @param audit where a refused deletion is recorded
 */
public record Keeping(KeepingBook book, Retention retention, Audit audit) {
    public Keeping {
        Objects.requireNonNull(book);
        Objects.requireNonNull(retention);
        Objects.requireNonNull(audit);
    }

    /** Records that a deletion was refused. */
    public void refused(Uid study, String actor, String why) {
        audit.record(
                Audit.Action.INSTANCES_DELETED,
                Audit.Outcome.REFUSED,
                actor,
                Map.of("study", study.value(), "why", why));
    }
}
