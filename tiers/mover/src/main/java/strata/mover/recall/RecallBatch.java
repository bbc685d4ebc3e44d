package strata.mover.recall;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.base.ObjectId;
import strata.base.StorageException;
import strata.catalog.InstanceKey;
import strata.catalog.PackLocation;
import strata.catalog.VersionEntry;
import strata.mover.MoverPace;
import strata.mover.Recall;
import strata.store.Store;
import strata.tier.ArchivedPackException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that somebody wants of one pack, brought back in the order of the pack. For one
 * thread.
 */
final class RecallBatch {
    private static final Logger LOG = LoggerFactory.getLogger(RecallBatch.class);

    /** How it ended for the pack. */
    enum Outcome {
        /** All of it is in hot, or nobody wants it any more. */
        DONE,
        /** Something more urgent goes first. */
        YIELDED,
        /** It was asked for and comes later. */
        ON_ITS_WAY,
        /** A medium does not serve; nothing is wrong with the objects. */
        NO_MEDIUM,
        /** Some object cannot be had. */
        FAILED
    }

    /** What the batch tells and asks between objects. */
    interface Course {
        /** Whether somebody still wants it; false when the batch has to stop too. */
        boolean isWanted(VersionEntry version);

        /** Whether something more urgent waits, or the server stops. */
        boolean mustYield();

        /** Whether a peer is waiting: then nothing slows it down. */
        boolean isUrgent();

        void came(VersionEntry version);
    }

    /**
     * How it went.
     *
     * @param failed the objects that cannot be had
     * @param expected how long an archive that was just asked usually takes
     */
    record Result(
            Outcome outcome, String why, List<InstanceKey> failed, Optional<Duration> expected) {
        static Result of(Outcome outcome, String why) {
            return new Result(outcome, why, List.of(), Optional.empty());
        }

        /** For one of those who want something of the pack: another's object does not matter. */
        Result of(RecallTarget target) {
            boolean others = outcome == Outcome.FAILED
                    && !failed.isEmpty()
                    && failed.stream().noneMatch(target::covers);
            return others ? of(Outcome.DONE, "") : this;
        }
    }

    final String pack;
    final List<Waiting> sharers;

    RecallBatch(String pack, List<Waiting> sharers) {
        this.pack = pack;
        this.sharers = List.copyOf(sharers);
    }

    Result run(Store store, Recall recall, MoverPace pace, Course course) {
        try {
            return bring(missing(store), recall, pace, course);
        } catch (IOException e) {
            return Result.of(kind(e), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("recall from {} failed inside", pack, e);
            return Result.of(Outcome.FAILED, "internal error: " + e);
        }
    }

    private Result bring(
            List<VersionEntry> versions, Recall recall, MoverPace pace, Course course) {
        List<InstanceKey> failed = new ArrayList<>();
        String reason = "";
        for (VersionEntry version : versions) {
            if (course.mustYield()) {
                return Result.of(Outcome.YIELDED, "");
            }
            if (!course.isWanted(version)) {
                continue;
            }
            try {
                if (!course.isUrgent()) {
                    pace.take(version.lengthBytes());
                }
                recall.run(version);
                course.came(version);
            } catch (IOException e) {
                Outcome kind = kind(e);
                String why = e.getCause() == null ? e.getMessage() : reasons(e);
                if (kind != Outcome.FAILED) {
                    return new Result(kind, why, List.of(), expected(e));
                }
                failed.add(version.key());
                reason = why;
            }
        }
        return new Result(
                failed.isEmpty() ? Outcome.DONE : Outcome.FAILED, reason, failed, Optional.empty());
    }

    private static String reasons(IOException e) {
        return e.getMessage() + ": " + e.getCause().getMessage();
    }

    private List<VersionEntry> missing(Store store) throws IOException {
        Map<ObjectId, VersionEntry> found = new HashMap<>();
        for (Waiting sharer : sharers) {
            RecallPlan.missing(store, sharer.target, version -> {
                if (Recall.source(version).equals(pack)) {
                    found.put(version.id(), version);
                }
            });
        }
        List<VersionEntry> out = new ArrayList<>(found.values());
        out.sort(Comparator.comparingInt(RecallBatch::entry));
        return out;
    }

    private static int entry(VersionEntry version) {
        return version.placements().stream()
                .filter(p -> p.location() instanceof PackLocation)
                .mapToInt(p -> ((PackLocation) p.location()).entry())
                .findFirst()
                .orElse(0);
    }

    private static Optional<Duration> expected(IOException e) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof ArchivedPackException archived) {
                return Optional.of(archived.expected());
            }
        }
        return Optional.empty();
    }

    /** Which failures are of the medium and pass by themselves. */
    static Outcome kind(IOException e) {
        boolean medium = false;
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof CorruptDataException || each instanceof FormatException) {
                return Outcome.FAILED;
            }
            if (each instanceof StorageException storage) {
                if (storage.kind() == StorageException.Kind.ON_ITS_WAY) {
                    return Outcome.ON_ITS_WAY;
                }
                // "No copy can be read" alone says nothing about a medium.
                medium |= each != e || storage.kind() != StorageException.Kind.UNAVAILABLE;
            }
        }
        return medium ? Outcome.NO_MEDIUM : Outcome.FAILED;
    }
}
