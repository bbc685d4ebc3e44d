package strata.catalog;

import strata.base.Uid;

import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells one listener of studies whose availability changed, and another one of studies of which
 * anything did; thread-safe.
 */
public final class AvailabilityChanges {
    private volatile Consumer<Set<Uid>> listener;
    private volatile Consumer<Set<Uid>> ofAny;

    AvailabilityChanges() {}

    /**
     * Listens from now on: to the studies of which a version came, went, or changed how soon it is
     * to be had. The listener is called while commits wait, and must only note the UIDs.
     */
    public void listen(Consumer<Set<Uid>> next) {
        listener = next;
    }

    /** Listens from now on, on the same terms, to every change of a version, copy or access. */
    public void listenToAny(Consumer<Set<Uid>> next) {
        ofAny = next;
    }

    void tell(Commit commit) {
        Consumer<Set<Uid>> any = ofAny;
        if (any != null) {
            Set<Uid> touched = commit.touchedStudies();
            if (!touched.isEmpty()) {
                any.accept(touched);
            }
        }
        Consumer<Set<Uid>> now = listener;
        if (now == null) {
            return;
        }
        Set<Uid> studies = commit.availabilityChanges();
        if (!studies.isEmpty()) {
            now.accept(studies);
        }
    }
}
