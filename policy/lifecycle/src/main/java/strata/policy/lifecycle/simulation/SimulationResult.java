package strata.policy.lifecycle.simulation;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What came of a simulation, reckoned up to the whole hospital. Places are named as tier hot, site
 * dr.
 *
 * @param months ends of months, the last of them the end
 * @param fullOn the first day on which a tier had no room for one more of the largest studies
 * @param highestFill of each tier with a capacity, 0 to 1 and above
 * @param costs over all years by place
 * @param looks by people
 * @param coldLooks of these, at studies without a copy in the hot tier
 * @param simulated how many studies were simulated
 * @param each how many of the hospital one of them stands for
 * @param notes what a reader has to know of these rules in a sample
 */
public record SimulationResult(
        List<Month> months,
        Map<String, LocalDate> fullOn,
        Map<String, Double> highestFill,
        Map<String, Double> costs,
        long looks,
        long coldLooks,
        long simulated,
        double each,
        List<String> notes) {
    private static final double TERABYTE = Simulation.TERABYTE;

    /**
     * The state at the end of a month.
     *
     * @param bytes at each place
     * @param fill of each tier with a capacity
     * @param moved bytes that moved each way in the month
     * @param copies part of the studies that have so many verified copies
     * @param cost of the month
     */
    public record Month(
            LocalDate at,
            long studies,
            Map<String, Long> bytes,
            Map<String, Double> fill,
            Map<String, Long> moved,
            Map<Integer, Double> copies,
            double cost) {
        public Month {
            bytes = Collections.unmodifiableMap(new TreeMap<>(bytes));
            fill = Collections.unmodifiableMap(new TreeMap<>(fill));
            moved = Collections.unmodifiableMap(new TreeMap<>(moved));
            copies = Collections.unmodifiableMap(new TreeMap<>(copies));
        }

        double averageCopies() {
            return copies.entrySet().stream()
                    .mapToDouble(e -> e.getKey() * e.getValue())
                    .sum();
        }
    }

    public SimulationResult {
        months = List.copyOf(months);
        fullOn = Collections.unmodifiableMap(new TreeMap<>(fullOn));
        highestFill = Collections.unmodifiableMap(new TreeMap<>(highestFill));
        costs = Collections.unmodifiableMap(new TreeMap<>(costs));
        notes = List.copyOf(notes);
    }

    private Month end() {
        return months.get(months.size() - 1);
    }

    private double cost() {
        return costs.values().stream().mapToDouble(c -> c).sum();
    }

    private double coldPercent() {
        return looks == 0 ? 0 : 100.0 * coldLooks / looks;
    }

    /** For people: each year's end, then what became full, the cost, and how many looks waited. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                each > 1
                        ? String.format(
                                Locale.ROOT,
                                "%,d studies simulated, each standing for %.1f: all figures are reckoned up",
                                simulated,
                                each)
                        : String.format(
                                Locale.ROOT, "%,d studies simulated, which is all", simulated));
        notes.forEach(note -> lines.add("NOTE: " + note));
        Map<String, Long> moved = new TreeMap<>();
        for (int i = 0; i < months.size(); i++) {
            Month month = months.get(i);
            month.moved().forEach((way, bytes) -> moved.merge(way, bytes, Long::sum));
            boolean yearEnds = i == months.size() - 1
                    || months.get(i + 1).at().getYear() != month.at().getYear();
            if (yearEnds) {
                year(month, moved, lines);
                moved.clear();
            }
        }
        highestFill.forEach((tier, fill) -> lines.add(String.format(
                Locale.ROOT,
                "%s: %.1f %% full at most, %s",
                tier,
                fill * 100,
                full(tier).map(day -> "without room from " + day).orElse("always with room"))));
        costs.forEach((place, sum) ->
                lines.add(String.format(Locale.ROOT, "cost of %s: %,.0f", place, sum)));
        lines.add(String.format(Locale.ROOT, "cost in all: %,.0f", cost()));
        lines.add(String.format(
                Locale.ROOT,
                "%,d looks, %.2f %% of them at studies without a copy in the hot tier",
                looks,
                coldPercent()));
        return lines;
    }

    private Optional<LocalDate> full(String tier) {
        return Optional.ofNullable(fullOn.get(tier));
    }

    private static void year(Month month, Map<String, Long> moved, List<String> lines) {
        lines.add(String.format(
                Locale.ROOT,
                "%s: %,d studies, %.2f copies each (%s)",
                month.at(),
                month.studies(),
                month.averageCopies(),
                copies(month)));
        StringBuilder holds = new StringBuilder("  holds ");
        month.bytes().forEach((place, bytes) -> {
            holds.append(holds.length() > 8 ? ", " : "")
                    .append(String.format(Locale.ROOT, "%s %.1f TB", place, bytes / TERABYTE));
            Optional.ofNullable(month.fill().get(place))
                    .ifPresent(
                            f -> holds.append(String.format(Locale.ROOT, " (%.0f %%)", f * 100)));
        });
        lines.add(holds.toString());
        StringBuilder moves = new StringBuilder("  moved since the line above ");
        int start = moves.length();
        moved.forEach((way, bytes) -> moves.append(moves.length() > start ? ", " : "")
                .append(String.format(Locale.ROOT, "%s %.1f TB", way, bytes / TERABYTE)));
        lines.add(moves.toString());
    }

    private static String copies(Month month) {
        StringBuilder text = new StringBuilder();
        month.copies()
                .forEach((count, part) -> text.append(text.isEmpty() ? "" : ", ")
                        .append(String.format(Locale.ROOT, "%d: %.0f %%", count, part * 100)));
        return text.toString();
    }

    /** What differs from another simulation of the same hospital: there first, then here. */
    public List<String> against(SimulationResult other) {
        List<String> lines = new ArrayList<>();
        Set<String> places = new TreeSet<>(end().bytes().keySet());
        places.addAll(other.end().bytes().keySet());
        for (String place : places) {
            compare(
                    lines,
                    place + " holds at the end, TB",
                    other.end().bytes().getOrDefault(place, 0L) / TERABYTE,
                    end().bytes().getOrDefault(place, 0L) / TERABYTE);
        }
        Set<String> ways = new TreeSet<>(moved().keySet());
        ways.addAll(other.moved().keySet());
        for (String way : ways) {
            compare(
                    lines,
                    "moved " + way + ", TB",
                    other.moved().getOrDefault(way, 0L) / TERABYTE,
                    moved().getOrDefault(way, 0L) / TERABYTE);
        }
        for (String tier : highestFill.keySet()) {
            compare(
                    lines,
                    tier + " full at most, %",
                    100 * other.highestFill.getOrDefault(tier, 0.0),
                    100 * highestFill.get(tier));
            if (!full(tier).equals(other.full(tier))) {
                lines.add(tier + " without room: "
                        + other.full(tier).map(LocalDate::toString).orElse("never") + " -> "
                        + full(tier).map(LocalDate::toString).orElse("never"));
            }
        }
        compare(lines, "copies each", other.end().averageCopies(), end().averageCopies());
        compare(lines, "cost in all", other.cost(), cost());
        compare(lines, "looks without a hot copy, %", other.coldPercent(), coldPercent());
        if (lines.isEmpty()) {
            lines.add("no difference");
        }
        return lines;
    }

    private Map<String, Long> moved() {
        Map<String, Long> sum = new TreeMap<>();
        months.forEach(m -> m.moved().forEach((way, bytes) -> sum.merge(way, bytes, Long::sum)));
        return sum;
    }

    private static void compare(List<String> lines, String what, double before, double after) {
        String then = String.format(Locale.ROOT, "%,.2f", before);
        String now = String.format(Locale.ROOT, "%,.2f", after);
        if (!then.equals(now)) {
            lines.add(what + ": " + then + " -> " + now);
        }
    }
}
