package strata.frontdoor.web.render;

import strata.dicom.DataSet;
import strata.dicom.Tag;

import java.util.Locale;
import java.util.Optional;

/**
 * Which values are shown between black and white, PS3.3 C.11.2.1.2.
 *
 * @param width above 0; at least 1 for LINEAR
 */
public record Window(double center, double width, Function function) {
    /** How values between the ends are mapped, PS3.3 C.11.2.1.3. */
    public enum Function {
        LINEAR,
        LINEAR_EXACT,
        SIGMOID
    }

    public Window {
        boolean possible = Double.isFinite(center)
                && Double.isFinite(width)
                && width > 0
                && (width >= 1 || function != Function.LINEAR);
        if (!possible) {
            throw new IllegalArgumentException("no such window: " + center + ", " + width);
        }
    }

    /**
     * Reads {@code center,width[,function]}, PS3.18 8.3.5.1.4.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Window parse(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length < 2 || parts.length > 3) {
            throw new IllegalArgumentException("a window is center,width[,function]");
        }
        Function function = parts.length == 2
                ? Function.LINEAR
                : Function.valueOf(parts[2].toUpperCase(Locale.ROOT).replace('-', '_'));
        return new Window(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]), function);
    }

    /** The first window of a data set or functional group; empty when there is none that can be. */
    static Optional<Window> of(DataSet from) {
        if (from.doubleValue(Tag.WindowCenter).isEmpty()
                || from.doubleValue(Tag.WindowWidth).isEmpty()) {
            return Optional.empty();
        }
        String name = from.string(Tag.VOILUTFunction).orElse("LINEAR");
        double width = from.doubleValue(Tag.WindowWidth).getAsDouble();
        double center = from.doubleValue(Tag.WindowCenter).getAsDouble();
        if (!Double.isFinite(center) || !Double.isFinite(width) || width <= 0) {
            return Optional.empty();
        }
        Function function = name.equals("SIGMOID") ? Function.SIGMOID : Function.LINEAR;
        if (name.equals("LINEAR_EXACT") || width < 1 && function == Function.LINEAR) {
            // A width below 1 is what doses and other fractions need, whatever is said of it.
            function = Function.LINEAR_EXACT;
        }
        return Optional.of(new Window(center, width, function));
    }

    /** From the least value, which is black, to the greatest, which is white. */
    static Window between(double least, double greatest) {
        return new Window(
                (least + greatest) / 2, Math.max(greatest - least, 1e-9), Function.LINEAR_EXACT);
    }

    /** Where a value lies between black, 0, and white, 1. */
    double map(double value) {
        return switch (function) {
            case LINEAR -> {
                if (value <= center - 0.5 - (width - 1) / 2) {
                    yield 0;
                }
                if (value > center - 0.5 + (width - 1) / 2) {
                    yield 1;
                }
                yield (value - (center - 0.5)) / (width - 1) + 0.5;
            }
            case LINEAR_EXACT -> Math.max(0, Math.min(1, (value - center) / width + 0.5));
            case SIGMOID -> 1 / (1 + Math.exp(-4 * (value - center) / width));
        };
    }
}
