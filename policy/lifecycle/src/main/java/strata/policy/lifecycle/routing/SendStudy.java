package strata.policy.lifecycle.routing;

import strata.base.Audit;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.Availability;
import strata.catalog.Catalog;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.mover.recall.RecallState;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * One attempt to give a peer what it has not got of a study: in batches, each of which is in the
 * book before the next is read. Thread-safe.
 */
public final class SendStudy {
    private static final long BATCH_BYTES = 512L << 20;

    private final Catalog catalog;
    private final RouteBook book;
    private final Sender sender;
    private final Wanted wanted;
    private final Cold cold;
    private final RouteOptions options;
    private final RouteMeters meters;
    private final Audit audit;

    /** The port to the peers. Thread-safe. */
    public interface Sender {
        /**
         * Sends the versions by C-STORE and waits for the answers.
         *
         * @param stop asked between instances
         */
        Sent send(String peer, List<VersionEntry> versions, BooleanSupplier stop)
                throws IOException;
    }

    /**
     * What became of a batch.
     *
     * @param taken what the peer answered with success or a warning
     * @param later of the others, what an archive has to bring first
     * @param reached false when the peer could not be reached, or went away
     * @param trouble the first that went wrong, in words; empty when nothing did
     */
    public record Sent(Set<ObjectId> taken, Set<ObjectId> later, boolean reached, String trouble) {
        public Sent {
            taken = Set.copyOf(taken);
            later = Set.copyOf(later);
        }
    }

    /** Whether a rule routes the study to the peer now. */
    public interface Wanted {
        boolean still(Uid study, String peer) throws IOException;
    }

    /** The port to the queue of recalls. */
    public interface Cold {
        /** Asks for the study, and says where that stands. */
        RecallState ask(Uid study) throws IOException;

        /** Where it stands; DONE when the queue does not know it. */
        RecallState state(Uid study);
    }

    /** How an attempt ended. */
    enum End {
        /** The peer has everything. */
        COMPLETE,
        /** No rule wants it any more, or the study is gone. */
        DROPPED,
        RECALLING,
        UNREACHABLE,
        FAILED,
        STOPPED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How an attempt ended.
     *
     * @param left instances that were not taken
     */
    record Attempt(End end, long left, String trouble) {}

    /** The next of what is left, and how much the study has. */
    private static final class Look {
        final List<VersionEntry> batch = new ArrayList<>();
        long left;
        long instances;
        Instant last = Instant.EPOCH;
    }

    SendStudy(
            Catalog catalog,
            RouteBook book,
            Sender sender,
            Wanted wanted,
            Cold cold,
            RouteOptions options,
            RouteMeters meters,
            Audit audit) {
        this.catalog = catalog;
        this.book = book;
        this.sender = sender;
        this.wanted = wanted;
        this.cold = cold;
        this.options = options;
        this.meters = meters;
        this.audit = audit;
    }

    /** @param recalled a recall was waited for: what cannot be read now has failed */
    Attempt run(Uid study, String peer, boolean recalled, BooleanSupplier stop) throws IOException {
        if (recalled && !cold.state(study).isAtRest()) {
            return new Attempt(End.RECALLING, 0, "waits for its recall");
        }
        if (!wanted.still(study, peer)) {
            return new Attempt(End.DROPPED, 0, "");
        }
        Set<ObjectId> failed = new HashSet<>();
        Set<ObjectId> later = new HashSet<>();
        long[] sent = new long[1];
        Attempt attempt = send(study, peer, recalled, stop, sent, failed, later);
        if (sent[0] + failed.size() > 0) {
            audit.record(
                    Audit.Action.INSTANCES_TRANSFERRED,
                    failed.isEmpty() ? Audit.Outcome.SUCCESS : Audit.Outcome.FAILED,
                    "rules",
                    Map.of(
                            "operation",
                            "ROUTE",
                            "studies",
                            "[" + study + "]",
                            "destination",
                            peer,
                            "completed",
                            Long.toString(sent[0]),
                            "failed",
                            Integer.toString(failed.size())));
        }
        return attempt;
    }

    private Attempt send(
            Uid study,
            String peer,
            boolean recalled,
            BooleanSupplier stop,
            long[] sent,
            Set<ObjectId> failed,
            Set<ObjectId> later)
            throws IOException {
        String trouble = "";
        while (true) {
            if (stop.getAsBoolean()) {
                return new Attempt(End.STOPPED, 0, "");
            }
            Look look = look(study, peer, failed, later);
            if (!recalled && look.batch.stream().anyMatch(SendStudy::isElsewhere)) {
                return recalling(study, look.left);
            }
            if (look.batch.isEmpty()) {
                return end(study, peer, look, failed, later, trouble);
            }
            Sent outcome = sender.send(peer, look.batch, stop);
            book.sent(study, peer, outcome.taken());
            sent[0] += outcome.taken().size();
            count(peer, look.batch, outcome);
            if (!outcome.reached()) {
                return new Attempt(
                        End.UNREACHABLE, look.left - outcome.taken().size(), outcome.trouble());
            }
            if (stop.getAsBoolean()) {
                return new Attempt(End.STOPPED, 0, "");
            }
            for (VersionEntry version : look.batch) {
                if (outcome.later().contains(version.id()) && !recalled) {
                    later.add(version.id());
                } else if (!outcome.taken().contains(version.id())) {
                    failed.add(version.id());
                }
            }
            trouble = trouble.isEmpty() ? outcome.trouble() : trouble;
        }
    }

    private void count(String peer, List<VersionEntry> batch, Sent outcome) {
        long bytes = batch.stream()
                .filter(v -> outcome.taken().contains(v.id()))
                .mapToLong(VersionEntry::lengthBytes)
                .sum();
        meters.sent(peer, outcome.taken().size(), bytes);
        meters.failed(
                peer, batch.size() - outcome.taken().size() - outcome.later().size());
    }

    private Attempt end(
            Uid study,
            String peer,
            Look look,
            Set<ObjectId> failed,
            Set<ObjectId> later,
            String trouble)
            throws IOException {
        if (!later.isEmpty()) {
            return recalling(study, look.left);
        }
        if (!failed.isEmpty()) {
            return new Attempt(End.FAILED, look.left, trouble);
        }
        if (look.instances == 0) {
            return new Attempt(End.DROPPED, 0, "");
        }
        book.complete(study, peer, look.instances, look.last);
        return new Attempt(End.COMPLETE, 0, "");
    }

    private Attempt recalling(Uid study, long left) throws IOException {
        cold.ask(study);
        return new Attempt(End.RECALLING, left, "waits for its recall");
    }

    /** Only another site, or nobody as far as it is known, has a copy. */
    private static boolean isElsewhere(VersionEntry version) {
        Availability nearest = version.availability();
        return nearest == Availability.OFFLINE || nearest == Availability.UNAVAILABLE;
    }

    private Look look(Uid study, String peer, Set<ObjectId> failed, Set<ObjectId> later)
            throws IOException {
        Look look = new Look();
        RouteBook.Left left = book.left(study, peer);
        long bytes = 0;
        try (VersionCursor versions = catalog.study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                if (version.state() == VersionState.CURRENT) {
                    look.instances++;
                    look.last = version.receivedAt().isAfter(look.last)
                            ? version.receivedAt()
                            : look.last;
                }
                boolean next = left.add(version)
                        && !failed.contains(version.id())
                        && !later.contains(version.id());
                if (next && look.batch.size() < options.batch() && bytes < BATCH_BYTES) {
                    look.batch.add(version);
                    bytes += version.lengthBytes();
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        look.left = left.instances();
        return look;
    }

    /** How many instances the peer is still to get. */
    long left(Uid study, String peer) throws IOException {
        return look(study, peer, Set.of(), Set.of()).left;
    }
}
