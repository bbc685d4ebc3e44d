package strata.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.VersionEntry;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What happens when other bytes come under a SOP Instance UID that is known. */
final class Conflicts {
    private static final Logger LOG = LoggerFactory.getLogger(Conflicts.class);

    /**
     * Rows of the catalog by instance, with the id of the version that was purged. They are hints
     * into the book, so that a look costs one read however many instances were rejected.
     */
    private static final String REJECTED = "rejected/";

    private final Store store;
    private final DecisionBook book;
    private final ConflictPolicy policy;

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
     * Notes the instances that were rejected for good and of which nothing is left but the
     * decision.
     */
    void remember() throws IOException {
        book.forEach(decision -> {
            if (isAllThatIsLeft(decision) && rejected(decision.instance()).isEmpty()) {
                store.catalog()
                        .putJob(
                                REJECTED + decision.instance(),
                                decision.subject().toString().getBytes(US_ASCII));
            }
        });
    }

    private boolean isAllThatIsLeft(Decision decision) throws IOException {
        return decision.verdict() == Verdict.PURGED
                && decision.reason().refusesRepeat()
                && store.catalog().version(decision.subject()).isEmpty();
    }

    /** The decision that is left of an instance, as long as it stands. */
    private Optional<Decision> rejected(Uid instance) throws IOException {
        Optional<byte[]> subject = store.catalog().job(REJECTED + instance);
        if (subject.isEmpty()) {
            return Optional.empty();
        }
        Optional<Decision> last = book.on(ObjectId.parse(new String(subject.get(), US_ASCII)));
        return last.isPresent() && isAllThatIsLeft(last.get()) ? last : Optional.empty();
    }

    /** @throws RefusedObjectException when a version of the instance was rejected for good */
    void requireNotRejected(Uid instance, List<VersionEntry> versions) throws IOException {
        if (rejected(instance).isPresent()) {
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
