package strata.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far a step has come: on a terminal a bar that is drawn over itself, elsewhere a plain
 * line every few seconds; at the end one line that stays. Thread-safe.
 */
public final class Progress implements AutoCloseable {
    /** The total of a step whose end is not known. */
    public static final long UNKNOWN = -1;

    private static final long BAR_EVERY_NANOS = 100_000_000L;
    private static final long LINE_EVERY_NANOS = 3_000_000_000L;
    private static final int BAR_WIDTH = 24;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private final String what;
    private final long total;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private long shownNanos;
    private long objects;
    private long bytes;
    private boolean ended;

    /**
     * @param terminal whether {@code out} is a terminal, see {@link #onTerminal}
     * @param what names the step in every line
     * @param total objects in all, or {@link #UNKNOWN}
     */
    public Progress(PrintStream out, boolean terminal, String what, long total) {
        this(out, terminal, what, total, System::nanoTime);
    }

    Progress(PrintStream out, boolean terminal, String what, long total, LongSupplier nanoTime) {
        this.out = out;
        this.terminal = terminal;
        this.what = what;
        this.total = total;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.shownNanos = startNanos;
        if (terminal) {
            draw();
        }
    }

    /** Whether this process talks to a terminal. */
    public static boolean onTerminal() {
        // From JDK 22 on there is a console also where output goes to a file; TERM is then the best
        // that can be asked for at this source level.
        return System.console() != null
                && System.getenv("TERM") != null
                && !"dumb".equals(System.getenv("TERM"))
                && (Runtime.version().feature() < 22 || isTerminal(System.console()));
    }

    private static boolean isTerminal(java.io.Console console) {
        try {
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** Counts objects and bytes that are done. */
    public synchronized void add(long moreObjects, long moreBytes) {
        objects += moreObjects;
        bytes += moreBytes;
        long now = nanoTime.getAsLong();
        if (!ended && now - shownNanos >= (terminal ? BAR_EVERY_NANOS : LINE_EVERY_NANOS)) {
            shownNanos = now;
            draw();
        }
    }

    /** Objects counted so far. */
    public synchronized long objects() {
        return objects;
    }

    /** Bytes counted so far. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Seconds since the start. */
    public synchronized double seconds() {
        return (nanoTime.getAsLong() - startNanos) / 1e9;
    }

    /** Prints a line of its own among the progress. */
    public synchronized void line(String text) {
        out.print(terminal && !ended ? ERASE_LINE + text + "\n" : text + "\n");
        if (terminal && !ended) {
            draw();
        }
        out.flush();
    }

    /** Prints the final line; a repeat does nothing. */
    @Override
    public synchronized void close() {
        if (!ended) {
            ended = true;
            String line = String.format(
                    Locale.ROOT,
                    "%s: %,d objects, %s in %s%s",
                    what,
                    objects,
                    Text.bytes(bytes),
                    Text.seconds(seconds()),
                    perSecond() == 0 ? "" : ", " + Text.bytes(perSecond()) + "/s");
            out.print(terminal ? ERASE_LINE + line + "\n" : line + "\n");
            out.flush();
        }
    }

    private long perSecond() {
        double seconds = seconds();
        return seconds < 1e-3 ? 0 : (long) (bytes / seconds);
    }

    private void draw() {
        String counts = String.format(
                Locale.ROOT,
                "%,d%s objects%s, %s, %s/s%s",
                objects,
                total > 0 ? String.format(Locale.ROOT, " of %,d", total) : "",
                rate(),
                Text.bytes(bytes),
                Text.bytes(perSecond()),
                remaining());
        if (terminal) {
            out.print(ERASE_LINE + what + " " + bar() + counts);
        } else {
            out.print(what + ": " + counts + "\n");
        }
        out.flush();
    }

    private String rate() {
        double seconds = seconds();
        String percent = total > 0
                ? String.format(Locale.ROOT, " (%d %%)", Math.min(100, 100 * objects / total))
                : "";
        return seconds < 1
                ? percent
                : String.format(Locale.ROOT, "%s, %,.0f objects/s", percent, objects / seconds);
    }

    private String bar() {
        if (total <= 0) {
            return "";
        }
        int full = (int) (BAR_WIDTH * Math.min(1.0, (double) objects / total));
        return "[" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "] ";
    }

    private String remaining() {
        double elapsed = seconds();
        if (total <= 0 || objects == 0 || objects >= total || elapsed < 1) {
            return "";
        }
        return ", " + Text.seconds(elapsed * (total - objects) / objects) + " left";
    }
}
