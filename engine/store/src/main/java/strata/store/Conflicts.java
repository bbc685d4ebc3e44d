package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Uid;
import strata.catalog.VersionEntry;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What happens when other bytes come under a SOP Instance UID that is known. */
final class Conflicts {
    private static final Logger LOG = LoggerFactory.getLogger(Conflicts.class);

    private final Store store;
    private final DecisionBook book;
    private final ConflictPolicy policy;
    private final Set<Uid> rejected = ConcurrentHashMap.newKeySet();

    Conflicts(Store store, DecisionBook book, ConflictPolicy policy) {
        this.store = store;
        this.book = book;
        this.policy = policy;
    }

    /**
     * After the newcomer is durable and kept aside; called under the lock of the instance.
     *
     * @param replica what another site took in is never preferred here
     */
    void arrived(VersionEntry newcomer, boolean replica) throws IOException {
        LOG.warn(
                "conflict: {} brings other bytes for instance {}; both are kept",
                newcomer.id(),
                newcomer.key().instance());
        store.audit()
                .record(
                        Audit.Action.CONFLICT_KEPT,
                        Audit.Outcome.SUCCESS,
                        Decision.STORE,
                        Map.of(
                                "object",
                                newcomer.id().toString(),
                                "instance",
                                newcomer.key().instance().value()));
        if (policy == ConflictPolicy.NEW_VERSION && !replica) {
            store.decisions().prefer(newcomer);
        }
    }

    /**
     * Keeps in mind the instances that were rejected for good and of which nothing is left but the
     * decision.
     */
    void remember() throws IOException {
        book.forEach(decision -> {
            if (decision.verdict() == Verdict.PURGED
                    && decision.reason().refusesRepeat()
                    && store.catalog().version(decision.subject()).isEmpty()) {
                rejected.add(decision.instance());
            }
        });
    }

    /** @throws RefusedObjectException when a version of the instance was rejected for good */
    void requireNotRejected(Uid instance, List<VersionEntry> versions) throws IOException {
        if (rejected.contains(instance)) {
            throw refused("");
        }
        for (VersionEntry version : versions) {
            Optional<Decision> last =
                    version.state().isHidden() ? book.on(version.id()) : Optional.empty();
            if (last.isPresent() && last.get().reason().refusesRepeat()) {
                throw refused(": " + last.get().reason());
            }
        }
    }

    private static RefusedObjectException refused(String why) {
        return new RefusedObjectException(
                RefusedObjectException.Reason.REJECTED, "the instance was rejected" + why);
    }
}
