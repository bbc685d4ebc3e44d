package strata.policy.lifecycle.routing;

import strata.base.ObjectId;
import strata.base.SiteId;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A set of object ids as runs of sequence numbers, in the form of the file; see the package. About
 * two to four bytes for each id that stands alone. Immutable.
 */
record SentIds(String text) {
    static final SentIds NONE = new SentIds("");

    private static final int RADIX = 36;

    /** @throws IllegalArgumentException when it is malformed */
    static SentIds parse(String text) {
        SentIds ids = new SentIds(text);
        ids.runs();
        return ids;
    }

    SentIds and(Collection<ObjectId> more) {
        Map<SiteId, TreeSet<Long>> added = new TreeMap<>();
        more.forEach(
                id -> added.computeIfAbsent(id.site(), s -> new TreeSet<>()).add(id.sequence()));
        Map<SiteId, TreeMap<Long, Long>> runs = runs();
        added.forEach((site, sequences) -> {
            TreeMap<Long, Long> of = runs.computeIfAbsent(site, s -> new TreeMap<>());
            sequences.forEach(sequence -> add(of, sequence));
        });
        return new SentIds(text(runs));
    }

    private static void add(TreeMap<Long, Long> runs, long sequence) {
        Map.Entry<Long, Long> before = runs.floorEntry(sequence);
        if (before != null && before.getValue() >= sequence) {
            return;
        }
        long from =
                before != null && before.getValue() == sequence - 1 ? before.getKey() : sequence;
        Long joined = runs.remove(sequence + 1);
        runs.put(from, joined == null ? sequence : joined);
    }

    /** Whether ids are in it; made once for many questions. */
    Lookup lookup() {
        Map<SiteId, TreeMap<Long, Long>> runs = runs();
        return id -> {
            TreeMap<Long, Long> of = runs.get(id.site());
            Map.Entry<Long, Long> run = of == null ? null : of.floorEntry(id.sequence());
            return run != null && run.getValue() >= id.sequence();
        };
    }

    /** Answers for one id. */
    interface Lookup {
        boolean has(ObjectId id);
    }

    /** First and last sequence number of each run. */
    private Map<SiteId, TreeMap<Long, Long>> runs() {
        Map<SiteId, TreeMap<Long, Long>> all = new TreeMap<>();
        for (String site : text.isEmpty() ? new String[0] : text.split(";")) {
            int colon = site.indexOf(':');
            TreeMap<Long, Long> runs = new TreeMap<>();
            long at = 0;
            for (String run : site.substring(colon + 1).split(",")) {
                int star = run.indexOf('*');
                long gap = Long.parseLong(star < 0 ? run : run.substring(0, star), RADIX);
                long length = star < 0 ? 1 : Long.parseLong(run.substring(star + 1), RADIX);
                long from = at + gap;
                if (gap < 1 || length < 1 || from < at || from + length - 1 < from) {
                    throw new IllegalArgumentException("no run of object ids");
                }
                at = from + length - 1;
                runs.put(from, at);
            }
            all.put(SiteId.parse(site.substring(0, colon)), runs);
        }
        return all;
    }

    private static String text(Map<SiteId, TreeMap<Long, Long>> all) {
        StringBuilder out = new StringBuilder();
        all.forEach((site, runs) -> {
            out.append(site).append(':');
            long[] at = {0};
            runs.forEach((from, to) -> {
                out.append(at[0] == 0 ? "" : ",").append(Long.toString(from - at[0], RADIX));
                if (to > from) {
                    out.append('*').append(Long.toString(to - from + 1, RADIX));
                }
                at[0] = to;
            });
            out.append(';');
        });
        return out.toString();
    }
}
