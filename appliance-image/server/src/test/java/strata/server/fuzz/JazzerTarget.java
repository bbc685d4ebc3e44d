package strata.server.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;

import org.slf4j.LoggerFactory;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What Jazzer calls, in a process of its own: the name of a {@link FuzzTarget} is its argument. */
public final class JazzerTarget {
    private static final long MAX_NANOS = 1_000_000_000L;
    private static final int ATTEMPTS = 3;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static FuzzTarget target;

    private JazzerTarget() {}

    public static void fuzzerInitialize(String[] arguments) {
        target = FuzzTarget.valueOf(arguments[0]);
        warnings(false);
    }

    /** Whether recoveries of damaged segments, thousands of them, are logged. */
    static void warnings(boolean shown) {
        Logger segments = (Logger) LoggerFactory.getLogger("strata.segment");
        segments.setLevel(shown ? null : Level.OFF);
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        run(target, input);
    }

    /**
     * One run that may take a second of processor time; one that takes longer is done again, since
     * the first also loads classes and compiles them.
     */
    static void run(FuzzTarget which, byte[] input) throws Exception {
        long taken = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS && taken > MAX_NANOS; attempt++) {
            long begun = THREADS.getCurrentThreadCpuTime();
            which.run(input);
            taken = THREADS.getCurrentThreadCpuTime() - begun;
        }
        if (taken > MAX_NANOS) {
            throw new AssertionError(which + " took " + taken / 1_000_000 + " ms");
        }
    }
}
