package strata.catalog;

import strata.base.Uid;

import java.util.Set;
import java.util.function.Consumer;

/** Tells one listener of studies of which a version, a copy or an access changed; thread-safe. */
public final class StudyChanges {
    private volatile Consumer<Set<Uid>> listener;

    StudyChanges() {}

    /**
     * Listens from now on. The listener is called after the change is visible and while commits
     * wait, and must only note the UIDs.
     */
    public void listen(Consumer<Set<Uid>> next) {
        listener = next;
    }

    void tell(Commit commit) {
        Consumer<Set<Uid>> now = listener;
        if (now == null) {
            return;
        }
        Set<Uid> studies = commit.touchedStudies();
        if (!studies.isEmpty()) {
            now.accept(studies);
        }
    }
}
