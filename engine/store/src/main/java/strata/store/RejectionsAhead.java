package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Disk;
import strata.base.LineLog;
import strata.base.Metrics;
import strata.base.Uid;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What rejection notes refer to that is not here yet: the file {@code rejected-ahead} of the data
 * directory, a {@link LineLog} of that kind. Truth and not derived: where it is lost, instances
 * that come after their note are shown until the note is sent again. Thread-safe; a look, which
 * each ingest takes, never waits for the disk.
 *
 * <table>
 * <caption>Lines; a tab between fields; of each instance the last line counts</caption>
 * <tr><td>{@code NOTE REASON ACTOR INSTANCE ...}</td><td>the instances are hidden when they come, by
 * the note of that SOP Instance UID</td></tr>
 * <tr><td>{@code INSTANCE}</td><td>it came, or the note no longer counts</td></tr>
 * </table>
 */
public final class RejectionsAhead implements Closeable {
    /** More than that are not waited for; about 200 bytes each. */
    static final int MOST = 200_000;

    private static final Logger LOG = LoggerFactory.getLogger(RejectionsAhead.class);

    private final LineLog log;
    private final Map<Uid, Expected> expected = new ConcurrentHashMap<>();

    /** By which note an instance is rejected before it is here. */
    record Expected(Uid note, Reason reason, String actor) {}

    private RejectionsAhead(Disk disk, Path path, Metrics metrics) throws IOException {
        log = LineLog.open(disk, path, "rejected-ahead", this::read);
        if (log.damaged() > 0) {
            LOG.error("{} of the lines of {} are damaged", log.damaged(), path);
        }
        metrics.gauge(
                "strata_store_rejected_ahead",
                "Instances that a rejection note refers to and that are not here yet",
                expected::size);
        metrics.gauge(
                "strata_store_rejected_ahead_lines_damaged",
                "Damaged lines of the file of rejections ahead when it was opened",
                log::damaged);
    }

    /**
     * Reads the file, or begins with none.
     *
     * @throws strata.base.FormatException when it is another file, or of a later build
     */
    public static RejectionsAhead open(Disk disk, Path path, Metrics metrics) throws IOException {
        return new RejectionsAhead(disk, path, metrics);
    }

    private void read(String line) {
        List<String> fields = LineLog.split(line);
        Uid first = new Uid(fields.get(0));
        if (fields.size() == 1) {
            expected.remove(first);
            return;
        }
        Expected by = new Expected(first, Reason.valueOf(fields.get(1)), fields.get(2));
        fields.subList(3, fields.size()).forEach(each -> expected.put(new Uid(each), by));
    }

    Optional<Expected> of(Uid instance) {
        return Optional.ofNullable(expected.get(instance));
    }

    /** What is expected now. */
    List<Uid> all() {
        return List.copyOf(expected.keySet());
    }

    /** From now on they are expected; durable on return. */
    synchronized void expect(Collection<Uid> instances, Expected by) throws IOException {
        List<Uid> added = new ArrayList<>(instances);
        added.removeIf(each -> by.equals(expected.get(each)));
        if (added.isEmpty()) {
            return;
        }
        if (expected.size() + added.size() > MOST) {
            LOG.error("note {} refers to more instances than can be waited for", by.note());
            return;
        }
        added.forEach(each -> expected.put(each, by));
        log.append(line(added, by), this::lines);
    }

    /** It came, or is expected no longer; durable on return. */
    synchronized void forget(Uid instance) throws IOException {
        if (expected.remove(instance) != null) {
            log.append(instance.value(), this::lines);
        }
    }

    private static String line(List<Uid> instances, Expected by) {
        List<String> fields =
                new ArrayList<>(List.of(by.note().value(), by.reason().name(), by.actor()));
        instances.forEach(each -> fields.add(each.value()));
        return LineLog.join(fields.toArray(new String[0]));
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        expected.forEach((instance, by) -> lines.add(line(List.of(instance), by)));
        return lines;
    }

    @Override
    public synchronized void close() throws IOException {
        log.close();
    }
}
