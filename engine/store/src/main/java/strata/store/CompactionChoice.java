package strata.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Chooses the segments that are worth rewriting: those with the highest benefit for their cost,
 * which is the share that comes back, times its age, over what has to be read and written for it
 * (Rosenblum and Ousterhout, The Design and Implementation of a Log-Structured File System, 1992,
 * 3.5). Age counts since the young ones are about to lose more by themselves. As the disk fills,
 * age counts less and less dead ones are taken too. Small segments, as restarts leave them, are
 * merged with others of about their size, so that each byte is merged a few times at most. Pure.
 */
final class CompactionChoice {
    /** So many small segments of about one size are merged. */
    static final int MERGE_AT = 4;

    /** What is shorter than this part of a full segment is small. */
    static final int SMALL_PART = 4;

    /** At a full disk, a segment is rewritten for this dead share. */
    private static final double LEAST_DEAD_SHARE = 0.02;

    private static final double LEAST_AGE_SECONDS = 60;

    private CompactionChoice() {}

    /** A segment that takes no more records. */
    record Candidate(
            long segment,
            long fileBytes,
            long bodyBytes,
            long liveBytes,
            long records,
            long liveRecords,
            Duration age,
            boolean retired) {
        /** Share of the bodies that is needed, 0 to 1. */
        double liveShare() {
            if (bodyBytes == 0) {
                return 1;
            }
            return Math.min(1, (double) liveBytes / bodyBytes);
        }
    }

    /** Why a segment is rewritten. */
    enum Why {
        DEAD,
        MOSTLY_DEAD,
        SMALL,
        RETIRED,
        /** Nothing but decisions, some of which may count no more; when everything is asked for. */
        DECISIONS
    }

    record Chosen(Candidate candidate, Why why) {}

    /**
     * @param urgency 0 with room enough, 1 at a full disk
     * @param segmentBytes length of a full segment
     * @param roomBytes what may be written before space comes back
     * @return the best first; what is dead as a whole costs nothing and comes before all others
     */
    static List<Chosen> choose(
            List<Candidate> candidates,
            double urgency,
            double deadShare,
            long segmentBytes,
            long roomBytes) {
        double wanted = deadShare + (LEAST_DEAD_SHARE - deadShare) * urgency;
        List<Chosen> out = new ArrayList<>();
        List<Chosen> paid = new ArrayList<>();
        List<Candidate> small = new ArrayList<>();
        for (Candidate each : candidates) {
            if (each.liveRecords() == 0 && (each.bodyBytes() > 0 || each.records() == 0)) {
                out.add(new Chosen(each, Why.DEAD));
            } else if (each.retired()) {
                paid.add(new Chosen(each, Why.RETIRED));
            } else if (1 - each.liveShare() >= wanted) {
                paid.add(new Chosen(each, Why.MOSTLY_DEAD));
            } else if (each.bodyBytes() == 0 && wanted < LEAST_DEAD_SHARE) {
                paid.add(new Chosen(each, Why.DECISIONS));
            } else if (each.fileBytes() < segmentBytes / SMALL_PART) {
                small.add(each);
            }
        }
        paid.sort(Comparator.comparingDouble((Chosen c) -> score(c.candidate(), urgency))
                .reversed());
        merges(small, segmentBytes).forEach(each -> paid.add(new Chosen(each, Why.SMALL)));
        long room = roomBytes;
        for (Chosen each : paid) {
            if (each.candidate().liveBytes() <= room) {
                room -= each.candidate().liveBytes();
                out.add(each);
            }
        }
        return out;
    }

    static double score(Candidate each, double urgency) {
        double live = each.liveShare();
        double age = Math.max(LEAST_AGE_SECONDS, each.age().toSeconds());
        return (1 - live) * Math.pow(age, 1 - urgency) / (1 + live);
    }

    private static List<Candidate> merges(List<Candidate> small, long segmentBytes) {
        Map<Integer, List<Candidate>> bySize = new TreeMap<>();
        for (Candidate each : small) {
            int size = (64 - Long.numberOfLeadingZeros(Math.max(1, each.fileBytes()))) / 2;
            bySize.computeIfAbsent(size, s -> new ArrayList<>()).add(each);
        }
        List<Candidate> out = new ArrayList<>();
        for (List<Candidate> alike : bySize.values()) {
            if (alike.size() < MERGE_AT) {
                continue;
            }
            alike.sort(Comparator.comparingLong(Candidate::segment));
            long bytes = 0;
            for (Candidate each : alike) {
                bytes += each.fileBytes();
                if (bytes <= segmentBytes) {
                    out.add(each);
                }
            }
        }
        return out;
    }
}
