package strata.replication;

import strata.base.Await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Two sites in a network namespace of their own, whose loopback is made bad by the kernel: the
 * child process of {@link RoughNetworkTest}. Both take objects while it is bad, and have everything
 * once, soon after it is good.
 *
 * <pre>RoughNetwork DIRECTORY loss|slow|partition OBJECTS</pre>
 */
final class RoughNetwork {
    static final int SKIPPED = 3;

    private static final Duration HEALED = Duration.ofSeconds(60);
    private static final int LEAST_THROUGH = 3;

    private RoughNetwork() {}

    /** A kind of bad network: the commands that begin and end it, with the port of a site. */
    enum Kind {
        LOSS("iptables", "-m statistic --mode random --probability 0.05 -j DROP"),
        SLOW("tc", "tbf rate 200kbit burst 16kb latency 400ms"),
        PARTITION("iptables", "-j DROP");

        private final String program;
        private final String rule;

        Kind(String program, String rule) {
            this.program = program;
            this.rule = rule;
        }

        List<String> programs() {
            return List.of("ip", "tc", program);
        }

        private String command(boolean begin, String flag, int port) {
            return program.equals("tc")
                    ? "tc qdisc " + (begin ? "add" : "del") + " dev lo root " + (begin ? rule : "")
                    : "iptables -" + (begin ? "A" : "D") + " INPUT -p tcp " + flag + " " + port
                            + " " + rule;
        }

        boolean switchTo(boolean bad, List<Integer> ports) throws Exception {
            boolean done = true;
            for (int port : program.equals("tc") ? List.of(0) : ports) {
                for (String flag :
                        program.equals("tc") ? List.of("") : List.of("--sport", "--dport")) {
                    done &= run(command(bad, flag, port));
                }
            }
            return done;
        }
    }

    private static boolean run(String command) throws Exception {
        Process process =
                new ProcessBuilder(command.trim().split(" +")).inheritIO().start();
        return process.waitFor() == 0;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Kind kind = Kind.valueOf(arguments[1]);
        int objects = Integer.parseInt(arguments[2]);
        try (StoreSite a = new StoreSite(directory, "a", "b", 0);
                StoreSite b = new StoreSite(directory, "b", "a", 0)) {
            List<Integer> ports = List.of(a.port(), b.port());
            a.sendTo(b.port(), StoreSite.BAD_LINE);
            b.sendTo(a.port(), StoreSite.BAD_LINE);
            fill(a, b, 0, objects / 3);
            equal(a, b, 2 * (objects / 3), kind + " before");
            if (!kind.switchTo(true, ports)) {
                System.exit(SKIPPED);
            }
            fill(a, b, objects / 3, objects - objects / 3);
            int before = a.versions().size();
            if (kind == Kind.PARTITION) {
                // What both told each other must have been given up: nothing comes through.
                Await.until(
                        "the silence is noticed",
                        HEALED,
                        () -> a.sender.status().state() != SenderStatus.State.CONNECTED);
            } else {
                Await.until(
                        "something comes through",
                        HEALED.multipliedBy(3),
                        () -> a.versions().size() >= before + LEAST_THROUGH
                                || a.versions().size() == 2 * objects);
            }
            if (!kind.switchTo(false, ports)) {
                throw new IOException("the network does not heal");
            }
            long healed = System.nanoTime();
            equal(a, b, 2 * objects, kind + " healed");
            System.out.println(
                    "equal " + (System.nanoTime() - healed) / 1_000_000 + " ms after " + kind);
        }
    }

    private static void fill(StoreSite a, StoreSite b, int from, int count) throws IOException {
        for (int i = from; i < from + count; i++) {
            a.put(i, 16 + i % 40, i);
            b.put(100_000 + i, 16 + i % 40, i);
        }
    }

    private static void equal(StoreSite a, StoreSite b, int count, String when) throws Exception {
        Await.until(
                when,
                HEALED,
                () -> a.versions().size() == count
                        && b.versions().size() == count
                        && a.sender.status().caughtUp()
                        && b.sender.status().caughtUp());
        if (!a.contents().keySet().equals(b.contents().keySet())) {
            throw new AssertionError("the sites differ: " + when);
        }
    }
}
