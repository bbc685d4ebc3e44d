package strata.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Processor time of this process by what its threads do, from the kernel's count per thread, in
 * ticks of a hundredth of a second. What threads spent that ended meanwhile is {@link Work#OTHER}.
 */
final class ThreadTimes {
    /** What a thread is there for, by the beginning of its name as the kernel keeps it. */
    enum Work {
        SENDER("reads, frames, ledger (sender)", "replication-rep"),
        RECEIVER("digest, checksums, copies (receiver)", "replication-con"),
        COMMITS("write, sync, index (receiver)", "replication-com"),
        SOCKETS("sockets of both sites", "replication-io-"),
        SEGMENTS("segments made and sealed", "segment-"),
        COMPILER("compilation by the JVM", "C1 Comp", "C2 Comp"),
        COLLECTOR("collection by the JVM", "GC Thread", "G1 ", "VM Thread"),
        OTHER("everything else");

        final String text;
        private final String[] names;

        Work(String text, String... names) {
            this.text = text;
            this.names = names;
        }

        private static Work of(String name) {
            for (Work work : values()) {
                for (String prefix : work.names) {
                    if (name.startsWith(prefix)) {
                        return work;
                    }
                }
            }
            return OTHER;
        }
    }

    private static final Path TASKS = Path.of("/proc/self/task");
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_FIELD = 11;

    private final Map<String, Map.Entry<Work, Long>> ticksByTask = new HashMap<>();

    private ThreadTimes() {}

    static ThreadTimes now() throws IOException {
        ThreadTimes times = new ThreadTimes();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                times.add(task);
            }
        }
        return times;
    }

    private void add(Path task) throws IOException {
        String line;
        try {
            line = Files.readString(task.resolve("stat"));
        } catch (NoSuchFileException e) {
            return; // It ended since it was listed.
        }
        String name = line.substring(line.indexOf('(') + 1, line.lastIndexOf(')'));
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[USER_FIELD + 1]);
        ticksByTask.put(task.getFileName().toString(), Map.entry(Work.of(name), ticks));
    }

    /** Seconds by work since an earlier look, {@code total} seconds together. */
    Map<Work, Double> since(ThreadTimes earlier, double total) {
        Map<Work, Double> seconds = new EnumMap<>(Work.class);
        double known = 0;
        for (Map.Entry<String, Map.Entry<Work, Long>> task : ticksByTask.entrySet()) {
            Work work = task.getValue().getKey();
            Map.Entry<Work, Long> before = earlier.ticksByTask.get(task.getKey());
            long ticks = task.getValue().getValue() - (before == null ? 0 : before.getValue());
            if (work != Work.OTHER) {
                seconds.merge(work, ticks / TICKS_PER_SECOND, Double::sum);
                known += ticks / TICKS_PER_SECOND;
            }
        }
        seconds.put(Work.OTHER, Math.max(0, total - known));
        return seconds;
    }
}
