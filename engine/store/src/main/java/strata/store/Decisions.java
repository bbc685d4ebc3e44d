package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.OperatorException;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.segment.Commit;
import strata.segment.RecordKind;
import strata.segment.RecordWriter;

import java.io.IOException;
import java.time.Instant;
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

    /**
     * What another site has to know beside the decision itself.
     *
     * @param instance of the version that was decided on
     * @param version empty when it is not here
     * @param local whether it concerns this site alone: each site purges by its own rules
     */
    public record Told(Uid instance, Optional<VersionEntry> version, boolean local) {}

    /** What the record of a decision says to other sites. */
    public Told told(ObjectId decision, byte[] attributes) throws IOException {
        Decision said = decode(decision, attributes);
        return new Told(
                said.instance(),
                store.catalog().version(said.subject()),
                said.verdict() == Verdict.PURGED);
    }

    private static Decision decode(ObjectId id, byte[] attributes) throws IOException {
        return Decision.decode(id, attributes, "record of decision " + id);
    }

    /** What became of a decision that was made at another site. */
    public enum Adopted {
        /** It is durable and counts. */
        ENTERED,
        /** It, or a later one, was known; or the version has ended here for good. */
        KNOWN
    }

    /**
     * Enters a decision that another site made, under the id that it has there; durable on return.
     * The version need not be here yet. Purges are not adopted.
     *
     * @param bytes digest of the version: where it has another id here, by which it is found
     * @throws OperatorException when it was made later than this site's clock can believe
     */
    public Adopted adopt(ObjectId id, byte[] attributes, Optional<Digest> bytes)
            throws IOException {
        Decision said = decode(id, attributes);
        if (said.verdict() == Verdict.PURGED) {
            return Adopted.KNOWN;
        }
        if (said.at().isAfter(store.time().now().plus(StoreTime.BELIEVED))) {
            throw new OperatorException("decision " + id + " was made at " + said.at()
                    + ", and here it is " + store.time().now() + ": one of the clocks is wrong");
        }
        LockStripes.Held held = store.instanceLocks(List.of(said.instance()));
        try {
            Decision here = said.on(subject(said, bytes));
            Optional<Decision> last = book.on(here.subject());
            if (last.isPresent()
                    && (last.get().verdict() == Verdict.PURGED || !here.isLaterThan(last.get()))) {
                return Adopted.KNOWN;
            }
            append(List.of(here), Map.of(here.subject(), here), List.of(here.instance()));
        } finally {
            held.unlock();
        }
        return Adopted.ENTERED;
    }

    private ObjectId subject(Decision said, Optional<Digest> bytes) throws IOException {
        if (bytes.isEmpty() || store.catalog().version(said.subject()).isPresent()) {
            return said.subject();
        }
        return store.catalog().versions(said.instance()).stream()
                .filter(v -> v.digest().equals(bytes.get()))
                .findFirst()
                .map(VersionEntry::id)
                .orElse(said.subject());
    }

    /**
     * What another site calls by an id that is not known here is this version: it has the same
     * bytes. A decision on that id, which came before anybody told which bytes it means, counts for
     * it from now on; durable on return.
     */
    public void arrivedAs(ObjectId offered, VersionEntry here) throws IOException {
        if (offered.equals(here.id())
                || book.on(offered).isEmpty()
                || store.catalog().version(offered).isPresent()) {
            return;
        }
        LockStripes.Held held = store.instanceLocks(List.of(here.key().instance()));
        try {
            Optional<Decision> said = book.on(offered).filter(d -> d.verdict() != Verdict.PURGED);
            Optional<Decision> last = book.on(here.id());
            boolean counts = said.isPresent()
                    && (last.isEmpty()
                            || last.get().verdict() != Verdict.PURGED
                                    && said.get().isLaterThan(last.get()));
            if (counts) {
                Decision known = said.get().on(here.id());
                append(List.of(known), Map.of(here.id(), known), List.of(known.instance()));
            }
        } finally {
            held.unlock();
        }
    }

    /** Brings a version that came after the decision on it in line; under the instance's lock. */
    void arrived(VersionEntry entry) throws IOException {
        if (book.on(entry.id()).isPresent()) {
            book.settle(entry.key().instance());
        }
    }

    /** The last decision on a version as other sites take it: its id, then its attributes. */
    public Optional<Made> made(ObjectId version) throws IOException {
        return book.on(version).map(d -> new Made(d.id(), d.verdict(), d.at(), d.encode()));
    }

    /**
     * A decision with the bytes of its record.
     *
     * @param attributes not to be changed
     */
    public record Made(ObjectId id, Verdict verdict, Instant at, byte[] attributes) {}

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
                after(last),
                last.map(Decision::verdict),
                verdict == Verdict.PURGED && last.isPresent() ? last.get().reason() : by.reason(),
                restores && last.isPresent() && by.note().isEmpty() ? last.get().note() : by.note(),
                by.actor(),
                by.text());
    }

    /** Later than the one before, also where that was made at a site whose clock is ahead. */
    private Instant after(Optional<Decision> last) {
        Instant now = store.time().now();
        return last.map(before -> before.at().plusMillis(1))
                .filter(next -> next.isAfter(now))
                .orElse(now);
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
