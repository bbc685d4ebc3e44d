package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.ObjectId;
import strata.base.OperatorException;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.segment.Commit;
import strata.segment.RecordHeader;
import strata.segment.RecordKind;
import strata.segment.RecordWriter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Deletes, restores and chooses versions. Each decision is a record in the segments, durable before
 * the call returns and before anybody sees its effect; so it outlives the index. Every one can be
 * taken back until a {@link Purge}. A repeat does nothing. Thread-safe.
 */
public final class Decisions {
    private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);

    /** Instances whose versions are decided on under one set of locks and with one sync. */
    private static final int TOGETHER = 64;

    private final Store store;
    private final DecisionBook book;

    Decisions(Store store, DecisionBook book) {
        this.store = store;
        this.book = book;
    }

    /** Who decides, why, and with what words. */
    public record By(String actor, Reason reason, String text, Optional<Uid> note) {
        public static By operator(String actor, String text) {
            return new By(actor, Reason.OPERATOR, text, Optional.empty());
        }
    }

    /** How many versions a call changed, and their bytes. */
    public record Done(long versions, long bytes) {
        static final Done NOTHING = new Done(0, 0);

        Done plus(Done other) {
            return new Done(versions + other.versions, bytes + other.bytes);
        }
    }

    /** What is decided on a version under the lock of its instance; empty for nothing. */
    interface Judge {
        Optional<Verdict> of(VersionEntry version, Optional<Decision> last);
    }

    /** The version that a record of the log brings back into sight; empty for any other record. */
    public Optional<VersionEntry> restoredBy(RecordHeader record) throws IOException {
        if (record.kind() != RecordKind.TOMBSTONE) {
            return Optional.empty();
        }
        Decision decision = Decision.decode(
                record.id(), record.attributes(), "record of decision " + record.id());
        return switch (decision.verdict()) {
            case RESTORED, CHOSEN, SUPERSEDED -> inSight(decision.subject());
            case DELETED, PURGED -> Optional.empty();
        };
    }

    /** A record is durable, and read by others, a moment before the catalog shows its effect. */
    private Optional<VersionEntry> inSight(ObjectId id) throws IOException {
        Optional<VersionEntry> version = store.catalog().version(id);
        if (version.filter(entry -> entry.state().isHidden()).isEmpty()) {
            return version;
        }
        store.awaitCommits();
        return store.catalog().version(id);
    }

    /** The last decision on a version. */
    public Optional<Decision> on(ObjectId version) throws IOException {
        return book.on(version);
    }

    /** Hides every version of what the scope names. */
    public Done delete(Scope scope, By by) throws IOException {
        return delete(scope.instances(store.catalog()), by);
    }

    Done delete(Collection<Uid> instances, By by) throws IOException {
        Done done = decide(instances, by, (version, last) -> {
            boolean takenBack = by.note().isPresent()
                    && last.isPresent()
                    && last.get().note().equals(by.note())
                    && last.get().verdict() != Verdict.DELETED;
            return version.state().isHidden() || takenBack
                    ? Optional.empty()
                    : Optional.of(Verdict.DELETED);
        });
        report(Audit.Action.INSTANCES_DELETED, done, by);
        return done;
    }

    /** Brings back what was deleted or rejected and not purged. */
    public Done restore(Scope scope, By by) throws IOException {
        Done done = decide(
                scope.deleted(store.catalog()),
                by,
                (version, last) -> version.state() == VersionState.DELETED
                        ? last.map(Decision::undone)
                        : Optional.empty());
        report(Audit.Action.INSTANCES_RESTORED, done, by);
        return done;
    }

    /**
     * Makes a version the one that is shown under its SOP Instance UID; the others that are in
     * sight are kept as superseded.
     *
     * @throws OperatorException when there is no such version or it is deleted or damaged
     */
    public void choose(ObjectId chosen, By by) throws IOException {
        VersionEntry entry = store.catalog()
                .version(chosen)
                .orElseThrow(() -> new OperatorException("there is no object " + chosen));
        if (entry.state().isHidden() || entry.state() == VersionState.DAMAGED) {
            throw new OperatorException(
                    "object " + chosen + " is " + entry.state() + " and cannot be shown");
        }
        Done done = decide(List.of(entry.key().instance()), by, (version, last) -> {
            if (version.id().equals(chosen)) {
                return Optional.of(Verdict.CHOSEN);
            }
            boolean inSight = version.state() == VersionState.CURRENT
                    || version.state() == VersionState.CONFLICT;
            return inSight ? Optional.of(Verdict.SUPERSEDED) : Optional.empty();
        });
        store.audit()
                .record(
                        Audit.Action.CONFLICT_RESOLVED,
                        Audit.Outcome.SUCCESS,
                        by.actor(),
                        Map.of(
                                "object",
                                chosen.toString(),
                                "instance",
                                entry.key().instance().value(),
                                "versions",
                                Long.toString(done.versions()),
                                "text",
                                by.text()));
    }

    /** The newest version of an instance becomes the current one; the others stay in conflict. */
    void prefer(VersionEntry newest) throws IOException {
        By by = By.operator(Decision.STORE, "versions: new-version");
        decideLocked(
                List.of(newest.key().instance()),
                by,
                (version, last) -> version.id().equals(newest.id())
                        ? Optional.of(Verdict.CHOSEN)
                        : Optional.empty());
    }

    Done purge(Collection<Uid> instances, Judge judge) throws IOException {
        return decide(instances, By.operator(Decision.STORE, ""), judge);
    }

    private Done decide(Collection<Uid> instances, By by, Judge judge) throws IOException {
        Done done = Done.NOTHING;
        List<Uid> chunk = new ArrayList<>();
        for (Uid instance : new LinkedHashSet<>(instances)) {
            chunk.add(instance);
            if (chunk.size() == TOGETHER) {
                done = done.plus(decideTogether(chunk, by, judge));
                chunk.clear();
            }
        }
        return done.plus(decideTogether(chunk, by, judge));
    }

    private Done decideTogether(List<Uid> instances, By by, Judge judge) throws IOException {
        LockStripes.Held held = store.instanceLocks(instances);
        try {
            return decideLocked(instances, by, judge);
        } finally {
            held.unlock();
        }
    }

    private Done decideLocked(List<Uid> instances, By by, Judge judge) throws IOException {
        Map<ObjectId, Decision> decisions = new HashMap<>();
        Set<Uid> touched = new LinkedHashSet<>();
        long bytes = 0;
        List<Decision> inOrder = new ArrayList<>();
        for (Uid instance : instances) {
            for (VersionEntry version : store.catalog().versions(instance)) {
                Optional<Decision> last = book.on(version.id());
                Optional<Verdict> verdict = judge.of(version, last);
                if (verdict.isPresent()) {
                    Decision decision = decision(version, verdict.get(), last, by);
                    decisions.put(version.id(), decision);
                    inOrder.add(decision);
                    touched.add(instance);
                    bytes += version.lengthBytes();
                }
            }
        }
        if (!inOrder.isEmpty()) {
            append(inOrder, decisions, touched);
        }
        return new Done(inOrder.size(), bytes);
    }

    private Decision decision(
            VersionEntry version, Verdict verdict, Optional<Decision> last, By by) {
        boolean restores = verdict != Verdict.DELETED && verdict != Verdict.PURGED;
        return new Decision(
                store.nextId(),
                version.id(),
                version.key().instance(),
                verdict,
                store.time().now(),
                last.map(Decision::verdict),
                verdict == Verdict.PURGED && last.isPresent() ? last.get().reason() : by.reason(),
                restores && last.isPresent() && by.note().isEmpty() ? last.get().note() : by.note(),
                by.actor(),
                by.text());
    }

    /** Durable first, then visible; a crash between the two is replayed. */
    private void append(
            List<Decision> inOrder, Map<ObjectId, Decision> decisions, Collection<Uid> touched)
            throws IOException {
        store.gate().require();
        store.commitsMayRun().lock();
        try {
            List<Commit> commits = new ArrayList<>();
            for (Decision decision : inOrder) {
                try (RecordWriter writer =
                        store.segments().begin(RecordKind.TOMBSTONE, decision.id())) {
                    commits.add(writer.prepare(decision.encode()));
                }
            }
            for (Commit commit : commits) {
                commit.await();
            }
            List<Consumer<CatalogBatch>> steps = new ArrayList<>();
            inOrder.forEach(each -> steps.add(batch -> DecisionBook.put(batch, each)));
            for (Uid instance : touched) {
                steps.addAll(book.settling(instance, decisions));
            }
            store.gate().enter(batch -> steps.forEach(step -> step.accept(batch)));
        } finally {
            store.commitsMayRun().unlock();
        }
    }

    /** Versions that are deleted and can be restored, oldest object first. */
    public VersionCursor deleted() {
        return store.catalog().deleted();
    }

    private void report(Audit.Action action, Done done, By by) {
        if (done.versions() == 0) {
            return;
        }
        LOG.info(
                "{}: {} versions, {} bytes, {}",
                action,
                done.versions(),
                done.bytes(),
                by.reason());
        store.audit()
                .record(
                        action,
                        Audit.Outcome.SUCCESS,
                        by.actor(),
                        Map.of(
                                "versions",
                                Long.toString(done.versions()),
                                "bytes",
                                Long.toString(done.bytes()),
                                "reason",
                                by.reason().name(),
                                "note",
                                by.note().map(Uid::value).orElse(""),
                                "text",
                                by.text()));
    }
}
