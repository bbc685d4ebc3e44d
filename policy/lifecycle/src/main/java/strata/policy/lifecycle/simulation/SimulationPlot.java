package strata.policy.lifecycle.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A simulation as an SVG picture, month by month: what is at each place, how full tiers are, what
 * moves, copies, cost. Another simulation beside it is drawn in dashes. For one thread.
 */
public final class SimulationPlot {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 230;
    private static final int LEFT = 70;
    private static final int RIGHT = WIDTH - 20;
    private static final int TOP = 46;
    private static final int BOTTOM = HEIGHT - 26;
    private static final int LEGEND = 170;
    private static final double NOTHING = 1e-9;
    private static final List<String> COLOURS = List.of(
            "#0b6e99", "#d1495b", "#3a7d44", "#b8860b", "#6f4e7c", "#8c564b", "#17807e", "#555555");

    private final StringBuilder out = new StringBuilder();
    private final SimulationResult result;
    private final Optional<SimulationResult> beside;
    private int top;

    /** What a panel shows of a month, by the name of its line. */
    private interface Shown extends Function<SimulationResult.Month, Map<String, Double>> {}

    private SimulationPlot(SimulationResult result, Optional<SimulationResult> beside) {
        this.result = result;
        this.beside = beside;
    }

    /** An SVG document; of two simulations of the same hospital the other is dashed. */
    public static String svg(SimulationResult result, Optional<SimulationResult> beside) {
        return new SimulationPlot(result, beside).draw();
    }

    private String draw() {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">",
                WIDTH, 5 * HEIGHT);
        add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, 5 * HEIGHT);
        panel("terabytes at each place", m -> scaled(m.bytes(), Simulation.TERABYTE));
        panel("fill of each tier, %", m -> scaled(m.fill(), 0.01));
        marks();
        panel("terabytes moved in a month", m -> scaled(m.moved(), Simulation.TERABYTE));
        panel("verified copies of a study", m -> Map.of("average", m.averageCopies()));
        panel("cost of a month", m -> Map.of("cost", m.cost()));
        return out.append("</svg>\n").toString();
    }

    private static Map<String, Double> scaled(Map<String, ? extends Number> values, double by) {
        Map<String, Double> scaled = new HashMap<>();
        values.forEach((key, value) -> scaled.put(key, value.doubleValue() / by));
        return scaled;
    }

    private void panel(String title, Shown shown) {
        TreeSet<String> names = new TreeSet<>();
        double most = NOTHING;
        List<SimulationResult.Month> all = new ArrayList<>(result.months());
        beside.ifPresent(b -> all.addAll(b.months()));
        for (SimulationResult.Month month : all) {
            Map<String, Double> of = shown.apply(month);
            names.addAll(of.keySet());
            most = Math.max(most, of.values().stream().mapToDouble(v -> v).max().orElse(0));
        }
        frame(title, most);
        int number = 0;
        for (String name : names) {
            String colour = COLOURS.get(number % COLOURS.size());
            add(
                    "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>",
                    LEFT + 215 + LEGEND * (number % 4), top + 16 + 14 * (number / 4), colour, name);
            line(result, shown, name, most, colour, "");
            for (SimulationResult other : beside.stream().toList()) {
                line(other, shown, name, most, colour, " stroke-dasharray=\"5 4\"");
            }
            number++;
        }
        top += HEIGHT;
    }

    private void frame(String title, double most) {
        add("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>", LEFT, top + 16, title);
        add("<text x=\"4\" y=\"%d\">%,.1f</text>", top + TOP + 8, most);
        add("<text x=\"4\" y=\"%d\">0</text>", top + BOTTOM);
        add("<text x=\"%d\" y=\"%d\">%s</text>", LEFT, top + BOTTOM + 16, month(0).at());
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                RIGHT, top + BOTTOM + 16, month(result.months().size() - 1).at());
        add(
                "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#888\"/>",
                LEFT, top + TOP, top + BOTTOM, RIGHT);
    }

    private SimulationResult.Month month(int index) {
        return result.months().get(index);
    }

    /** The day on which a tier has no more room, in the panel above. */
    private void marks() {
        long first = month(0).at().toEpochDay();
        long last = month(result.months().size() - 1).at().toEpochDay();
        result.fullOn().forEach((tier, day) -> {
            double part = (double) (day.toEpochDay() - first) / Math.max(1, last - first);
            double x = LEFT + (RIGHT - LEFT) * Math.max(0, Math.min(1, part));
            add(
                    "<path d=\"M%.1f %dV%d\" stroke=\"#d1495b\" stroke-dasharray=\"2 3\"/>",
                    x, top - HEIGHT + TOP, top - HEIGHT + BOTTOM);
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s full %s</text>",
                    part > 0.5 ? x - 4 : x + 4,
                    top - HEIGHT + BOTTOM - 6,
                    part > 0.5 ? "end" : "start",
                    tier,
                    day);
        });
    }

    private void line(
            SimulationResult of,
            Shown shown,
            String name,
            double most,
            String colour,
            String style) {
        StringBuilder points = new StringBuilder();
        int count = of.months().size();
        for (int i = 0; i < count; i++) {
            double value = shown.apply(of.months().get(i)).getOrDefault(name, 0.0);
            double x = LEFT + (double) (RIGHT - LEFT) * i / Math.max(1, count - 1);
            double y = top + BOTTOM - (BOTTOM - TOP) * value / most;
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"%s/>",
                points.toString().strip(), colour, style);
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
