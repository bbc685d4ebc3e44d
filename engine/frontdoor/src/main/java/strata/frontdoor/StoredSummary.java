package strata.frontdoor;

import strata.base.Audit;
import strata.base.Uid;
import strata.network.AssociationInfo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Audits what was stored in summary, PS3.15 A.5.3: one event for each study of an association, when
 * the association is over and its last object is answered. An association of many minutes, or of
 * very many studies, is audited in parts. Thread-safe.
 */
final class StoredSummary {
    private static final int MAX_STUDIES = 64;
    private static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Audit audit;
    private final Map<Long, Sender> byAssociation = new ConcurrentHashMap<>();

    StoredSummary(Audit audit) {
        this.audit = audit;
    }

    /** What one association stored and was not audited yet; only touched within the map. */
    private static final class Sender {
        private Map<Uid, Long> studies = new LinkedHashMap<>();
        private int open;
        private boolean over;
        private long sinceNanos;

        Map<Uid, Long> takeStudies() {
            Map<Uid, Long> taken = studies;
            studies = new LinkedHashMap<>();
            return taken;
        }
    }

    /** An object has begun; {@link #answered} follows. */
    void begun(AssociationInfo association) {
        byAssociation.compute(association.id(), (id, known) -> {
            Sender sender = known == null ? new Sender() : known;
            sender.open++;
            return sender;
        });
    }

    /** An object that had begun is durable. */
    void stored(AssociationInfo association, Uid study) {
        Map<Uid, Long> due = new LinkedHashMap<>();
        byAssociation.computeIfPresent(association.id(), (id, sender) -> {
            long now = System.nanoTime();
            if (sender.studies.isEmpty()) {
                sender.sinceNanos = now;
            }
            sender.studies.merge(study, 1L, Long::sum);
            if (sender.studies.size() >= MAX_STUDIES || now - sender.sinceNanos > MAX_NANOS) {
                due.putAll(sender.takeStudies());
            }
            return sender;
        });
        record(association, due);
    }

    /** An object that had begun is stored, refused or given up. */
    void answered(AssociationInfo association) {
        Map<Uid, Long> due = new LinkedHashMap<>();
        byAssociation.computeIfPresent(association.id(), (id, sender) -> {
            sender.open--;
            return unlessDone(sender, due);
        });
        record(association, due);
    }

    /** No object begins on the association any more. */
    void ended(AssociationInfo association) {
        Map<Uid, Long> due = new LinkedHashMap<>();
        byAssociation.computeIfPresent(association.id(), (id, sender) -> {
            sender.over = true;
            return unlessDone(sender, due);
        });
        record(association, due);
    }

    /** Nothing is remembered of one without objects, so that one that begins late does not stay. */
    private static Sender unlessDone(Sender sender, Map<Uid, Long> due) {
        if (sender.open > 0 || !sender.over && !sender.studies.isEmpty()) {
            return sender;
        }
        due.putAll(sender.takeStudies());
        return null;
    }

    private void record(AssociationInfo association, Map<Uid, Long> studies) {
        studies.forEach((study, count) -> audit.record(
                Audit.Action.INSTANCES_STORED,
                Audit.Outcome.SUCCESS,
                association.calling().value(),
                Map.of(
                        "study", study.value(),
                        "instances", Long.toString(count),
                        "association", Long.toString(association.id()),
                        "peer", association.peer().getHostString())));
    }

    /** Associations that are remembered now. */
    int size() {
        return byAssociation.size();
    }
}
