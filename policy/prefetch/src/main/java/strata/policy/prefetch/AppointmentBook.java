package strata.policy.prefetch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Disk;
import strata.base.LineLog;
import strata.base.Metrics;
import strata.base.OperatorException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The examinations that are expected: the file {@code appointments} of the data directory,
 * specified at the package. A change is durable when the call returns. Thread-safe.
 */
public final class AppointmentBook implements Closeable {
    /** Most that are expected at a time. */
    public static final int MAX_EXPECTED = 200_000;

    /** So long after its time an examination is no longer expected. */
    public static final Duration OVER_AFTER = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(AppointmentBook.class);

    private final LineLog log;
    private final Map<String, Appointment> expected = new TreeMap<>();

    private AppointmentBook(Disk disk, Path path, Metrics metrics) throws IOException {
        this.log = LineLog.open(disk, path, "appointments", this::read);
        if (log.damaged() > 0) {
            LOG.warn(
                    "{} lines of {} are damaged: priors of some expected patients are not fetched",
                    log.damaged(),
                    path);
        }
        metrics.gauge("strata_prefetch_expected", "Examinations that are expected", this::size);
    }

    /**
     * Reads the file, or begins with none.
     *
     * @throws strata.base.FormatException when it is another file, or of a later build
     */
    public static AppointmentBook open(Disk disk, Path path, Metrics metrics) throws IOException {
        return new AppointmentBook(disk, path, metrics);
    }

    private void read(String line) {
        List<String> fields = LineLog.split(line);
        switch (fields.get(0)) {
            case "expected" -> {
                Appointment appointment = Appointment.of(fields);
                expected.put(appointment.key(), appointment);
            }
            case "ended" -> expected.remove(fields.get(1));
            default -> throw new IllegalArgumentException("no line of appointments");
        }
    }

    private synchronized int size() {
        return expected.size();
    }

    /**
     * An examination is expected from now on, or otherwise than before.
     *
     * @return false when this was known
     * @throws OperatorException when too many are expected
     */
    public synchronized boolean expect(Appointment appointment) throws IOException {
        Appointment before = expected.get(appointment.key());
        if (before != null && before.saysTheSameAs(appointment)) {
            return false;
        }
        if (before == null && expected.size() >= MAX_EXPECTED) {
            throw new OperatorException("more than " + MAX_EXPECTED + " examinations expected");
        }
        change(appointment.line(), appointment.key(), Optional.of(appointment));
        return true;
    }

    /** An examination is over, or will not be; false when it was not expected. */
    public synchronized boolean end(String key) throws IOException {
        if (!expected.containsKey(key)) {
            return false;
        }
        change(LineLog.join("ended", key), key, Optional.empty());
        return true;
    }

    private void change(String line, String key, Optional<Appointment> to) throws IOException {
        log.append(line, () -> {
            Map<String, Appointment> next = new TreeMap<>(expected);
            to.ifPresentOrElse(each -> next.put(key, each), () -> next.remove(key));
            return next.values().stream().map(Appointment::line).toList();
        });
        to.ifPresentOrElse(each -> expected.put(key, each), () -> expected.remove(key));
    }

    /** Forgets what is over by then; not written, since it follows from the time. */
    public synchronized List<Appointment> forgetOver(Instant now) {
        List<Appointment> over = expected.values().stream()
                .filter(each -> each.due().plus(OVER_AFTER).isBefore(now))
                .toList();
        over.forEach(each -> expected.remove(each.key()));
        return over;
    }

    public synchronized Optional<Appointment> find(String key) {
        return Optional.ofNullable(expected.get(key));
    }

    /** What is due until then, the earliest first. */
    public synchronized List<Appointment> dueUntil(Instant time) {
        List<Appointment> due = new ArrayList<>();
        for (Appointment each : expected.values()) {
            if (!each.due().isAfter(time)) {
                due.add(each);
            }
        }
        due.sort((a, b) -> a.due().compareTo(b.due()));
        return due;
    }

    /** Keys of what is expected that begin so, and are due between two times. */
    public synchronized List<String> keys(String start, Instant from, Instant to) {
        return expected.values().stream()
                .filter(each -> each.key().startsWith(start)
                        && !each.due().isBefore(from)
                        && !each.due().isAfter(to))
                .map(Appointment::key)
                .toList();
    }

    @Override
    public synchronized void close() throws IOException {
        log.close();
    }
}
