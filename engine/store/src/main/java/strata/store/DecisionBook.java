package strata.store;

import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogBatch;
import strata.catalog.Job;
import strata.catalog.JobCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The last decision on each version, kept in the catalog as long as the version is known, and what
 * follows from them for the states of the versions of one instance. That is a function of the
 * versions and their last decisions alone, so that a replay in any order ends the same.
 */
final class DecisionBook {
    private static final String PREFIX = "decision/";

    private final Catalog catalog;
    private final SiteId site;

    DecisionBook(Catalog catalog, SiteId site) {
        this.catalog = catalog;
        this.site = site;
    }

    Optional<Decision> on(ObjectId subject) throws IOException {
        Optional<byte[]> row = catalog.job(PREFIX + subject);
        return row.isEmpty() ? Optional.empty() : Optional.of(decode(subject, row.get()));
    }

    private static Decision decode(ObjectId subject, byte[] row) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(row);
        ObjectId id = ObjectId.read(in);
        byte[] attributes = new byte[in.remaining()];
        in.get(attributes);
        return Decision.decode(id, attributes, "decision on " + subject);
    }

    private static byte[] encode(Decision decision) {
        byte[] attributes = decision.encode();
        ByteBuffer out = ByteBuffer.allocate(ObjectId.LENGTH_BYTES + attributes.length);
        decision.id().write(out);
        return out.put(attributes).array();
    }

    /** Enters a decision unless a later one is known; true when it was entered. */
    boolean enter(Decision decision) throws IOException {
        Optional<Decision> known = on(decision.subject());
        boolean later = known.isEmpty() || decision.isLaterThan(known.get());
        if (later) {
            catalog.apply(catalog.batch().putJob(PREFIX + decision.subject(), encode(decision)));
        }
        return later;
    }

    static void put(CatalogBatch batch, Decision decision) {
        batch.putJob(PREFIX + decision.subject(), encode(decision));
    }

    static void forget(CatalogBatch batch, ObjectId subject) {
        batch.removeJob(PREFIX + subject);
    }

    /** Takes the decisions of a walk. */
    interface Visitor {
        void visit(Decision decision) throws IOException;
    }

    void forEach(Visitor visitor) throws IOException {
        try (JobCursor jobs = catalog.jobs(PREFIX)) {
            while (jobs.hasNext()) {
                Job job = jobs.next();
                ObjectId subject = ObjectId.parse(job.name().substring(PREFIX.length()));
                visitor.visit(decode(subject, job.value()));
            }
        }
    }

    /** When this site made its last decision; empty when it made none. */
    Optional<Instant> latest() throws IOException {
        Instant[] latest = new Instant[1];
        forEach(decision -> {
            boolean own = decision.id().site().equals(site);
            if (own && (latest[0] == null || decision.at().isAfter(latest[0]))) {
                latest[0] = decision.at();
            }
        });
        return Optional.ofNullable(latest[0]);
    }

    /** Brings the states of an instance's versions in line with what is entered. */
    void settle(Uid instance) throws IOException {
        List<Consumer<CatalogBatch>> steps = settling(instance, Map.of());
        if (!steps.isEmpty()) {
            CatalogBatch batch = catalog.batch();
            steps.forEach(step -> step.accept(batch));
            catalog.apply(batch);
        }
    }

    /**
     * The steps that bring the states in line.
     *
     * @param newest decisions that are not entered yet, by their subject
     */
    List<Consumer<CatalogBatch>> settling(Uid instance, Map<ObjectId, Decision> newest)
            throws IOException {
        List<VersionEntry> versions = catalog.versions(instance);
        Map<ObjectId, Decision> decisions = new HashMap<>();
        for (VersionEntry version : versions) {
            Optional<Decision> last = Optional.ofNullable(newest.get(version.id()));
            (last.isPresent() ? last : on(version.id()))
                    .ifPresent(d -> decisions.put(version.id(), d));
        }
        Map<ObjectId, VersionState> targets = targets(versions, decisions);
        List<Consumer<CatalogBatch>> steps = new ArrayList<>();
        List<Consumer<CatalogBatch>> last = new ArrayList<>();
        for (VersionEntry version : versions) {
            VersionState target = targets.get(version.id());
            if (target == version.state()) {
                continue;
            }
            if (target == VersionState.PURGED) {
                steps.add(batch -> batch.setState(version.id(), VersionState.DELETED));
            }
            (target == VersionState.CURRENT ? last : steps)
                    .add(batch -> batch.setState(version.id(), target));
        }
        steps.addAll(last);
        return steps;
    }

    /** What each version of one instance is to be; damaged ones stay so while they may be shown. */
    Map<ObjectId, VersionState> targets(
            List<VersionEntry> versions, Map<ObjectId, Decision> decisions) {
        Map<ObjectId, VersionState> targets = new HashMap<>();
        List<VersionEntry> candidates = new ArrayList<>();
        for (VersionEntry version : versions) {
            Optional<Verdict> verdict =
                    Optional.ofNullable(decisions.get(version.id())).map(Decision::verdict);
            if (verdict.isEmpty()) {
                candidates.add(version);
                continue;
            }
            switch (verdict.get()) {
                case DELETED -> targets.put(version.id(), VersionState.DELETED);
                case PURGED -> targets.put(version.id(), VersionState.PURGED);
                case SUPERSEDED -> targets.put(version.id(), VersionState.SUPERSEDED);
                case RESTORED, CHOSEN -> candidates.add(version);
            }
        }
        Optional<VersionEntry> shown = shown(candidates, decisions);
        for (VersionEntry version : candidates) {
            if (shown.isPresent() && shown.get().id().equals(version.id())) {
                targets.put(version.id(), VersionState.CURRENT);
            } else if (version.state() == VersionState.DAMAGED) {
                targets.put(version.id(), VersionState.DAMAGED);
            } else {
                boolean sameBytes =
                        shown.isPresent() && shown.get().digest().equals(version.digest());
                targets.put(
                        version.id(), sameBytes ? VersionState.SUPERSEDED : VersionState.CONFLICT);
            }
        }
        return targets;
    }

    /** The one chosen last; else the first that this site took in; else the one that is shown. */
    private Optional<VersionEntry> shown(
            List<VersionEntry> candidates, Map<ObjectId, Decision> decisions) {
        VersionEntry best = null;
        for (VersionEntry version : candidates) {
            if (version.state() != VersionState.DAMAGED
                    && (best == null || isBefore(version, best, decisions))) {
                best = version;
            }
        }
        return Optional.ofNullable(best);
    }

    private boolean isBefore(VersionEntry a, VersionEntry b, Map<ObjectId, Decision> decisions) {
        Optional<Decision> chosenA = chosen(a, decisions);
        Optional<Decision> chosenB = chosen(b, decisions);
        if (chosenA.isPresent() || chosenB.isPresent()) {
            return chosenA.isPresent()
                    && (chosenB.isEmpty() || chosenA.get().isLaterThan(chosenB.get()));
        }
        if (a.id().site().equals(b.id().site())) {
            return a.id().sequence() < b.id().sequence();
        }
        boolean currentA = a.state() == VersionState.CURRENT;
        boolean currentB = b.state() == VersionState.CURRENT;
        if (currentA != currentB) {
            return currentA;
        }
        boolean ownA = a.id().site().equals(site);
        boolean ownB = b.id().site().equals(site);
        return ownA != ownB ? ownA : a.id().compareTo(b.id()) < 0;
    }

    private static Optional<Decision> chosen(
            VersionEntry version, Map<ObjectId, Decision> decisions) {
        return Optional.ofNullable(decisions.get(version.id()))
                .filter(d -> d.verdict() == Verdict.CHOSEN);
    }
}
