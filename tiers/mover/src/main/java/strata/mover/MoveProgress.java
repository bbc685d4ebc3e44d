package strata.mover;

import strata.base.Metrics;
import strata.base.Uid;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The migrations that run now and how far they are. Every byte counts twice: once read from where
 * it was, once read again from where it went. Thread-safe.
 */
public final class MoveProgress {
    private final List<Course> running = new ArrayList<>();

    /**
     * One study on its way to a tier.
     *
     * @param objects and their bytes as they were received
     * @param objectsDone verified where they went
     * @param bytesPerSecond of these, since it began
     * @param left until all is verified, by the rate so far; empty at the beginning
     */
    public record Move(
            Uid study,
            String tier,
            long objects,
            long bytes,
            long objectsDone,
            long bytesRead,
            long bytesVerified,
            double bytesPerSecond,
            Optional<Duration> left) {}

    public MoveProgress(Metrics metrics) {
        metrics.gauge(
                "strata_mover_running_studies",
                "Studies on their way to a tier.",
                () -> moves().size());
        metrics.gauge(
                "strata_mover_running_bytes",
                "Bytes of the studies on their way to a tier.",
                () -> moves().stream().mapToLong(Move::bytes).sum());
        metrics.gauge(
                "strata_mover_running_verified_bytes",
                "Of these, read again and verified where they went.",
                () -> moves().stream().mapToLong(Move::bytesVerified).sum());
        metrics.gauge(
                "strata_mover_running_left_seconds",
                "Until the last of the studies on their way is verified, by the rate so far.",
                () -> moves().stream()
                                .flatMap(m -> m.left().stream())
                                .mapToLong(Duration::toMillis)
                                .max()
                                .orElse(0)
                        / 1e3);
    }

    /** Those that run now, the oldest first. */
    public List<Move> moves() {
        synchronized (running) {
            return running.stream().map(Course::look).toList();
        }
    }

    Course begin(Uid study, String tier, long objects, long bytes) {
        Course course = new Course(study, tier, objects, bytes);
        synchronized (running) {
            running.add(course);
        }
        return course;
    }

    /** What one migration tells; closed at its end. */
    final class Course implements AutoCloseable {
        private final Uid study;
        private final String tier;
        private final long objects;
        private final long bytes;
        private final long startNanos = System.nanoTime();
        private final AtomicLong read = new AtomicLong();
        private final AtomicLong verified = new AtomicLong();
        private final AtomicLong done = new AtomicLong();

        private Course(Uid study, String tier, long objects, long bytes) {
            this.study = study;
            this.tier = tier;
            this.objects = objects;
            this.bytes = bytes;
        }

        void read(long count) {
            read.addAndGet(count);
        }

        void verified(long objectBytes) {
            verified.addAndGet(objectBytes);
            done.incrementAndGet();
        }

        /** What is done twice, because a medium failed once, is not more than all. */
        private Move look() {
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            long bytesRead = Math.min(bytes, read.get());
            long bytesVerified = Math.min(bytes, verified.get());
            double worked = bytesRead + bytesVerified;
            Optional<Duration> left = worked <= 0
                    ? Optional.empty()
                    : Optional.of(Duration.ofMillis(
                            (long) (seconds * 1e3 * (2.0 * bytes - worked) / worked)));
            double rate = seconds <= 0 ? 0 : worked / 2 / seconds;
            return new Move(
                    study,
                    tier,
                    objects,
                    bytes,
                    Math.min(objects, done.get()),
                    bytesRead,
                    bytesVerified,
                    rate,
                    left);
        }

        @Override
        public void close() {
            synchronized (running) {
                running.remove(this);
            }
        }
    }
}
