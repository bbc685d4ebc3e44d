package strata.policy.language;

import java.util.Collection;
import java.util.Locale;
import java.util.TreeSet;

/** Finds what somebody may have meant by a name that is not known. */
final class NearestName {
    private static final int MAX_LISTED = 12;

    private NearestName() {}

    /** Returns {@code ; did you mean "x"?} or, when nothing is near, the list of what there is. */
    static String hint(String unknown, Collection<String> known) {
        String best = null;
        int bestDistance = Integer.MAX_VALUE;
        for (String name : new TreeSet<>(known)) {
            boolean started = unknown.length() > 2 && name.startsWith(unknown);
            int distance = started ? 1 : distance(unknown, name);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = name;
            }
        }
        if (best != null && bestDistance <= Math.max(2, unknown.length() / 3)) {
            return "; did you mean \"" + best + "\"?";
        }
        if (known.isEmpty()) {
            return "; there is none";
        }
        TreeSet<String> sorted = new TreeSet<>(known);
        String listed = String.join(", ", sorted.stream().limit(MAX_LISTED).toList());
        return "; known: " + listed + (sorted.size() > MAX_LISTED ? ", ..." : "");
    }

    /**
     * Edits (insert, delete, replace, swap of neighbours) between two names; case costs nothing.
     */
    private static int distance(String left, String right) {
        String a = cut(left);
        String b = cut(right);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(int[][] cost, String a, String b, int i, int j) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }

    private static String cut(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.length() > 64 ? lower.substring(0, 64) : lower;
    }
}
