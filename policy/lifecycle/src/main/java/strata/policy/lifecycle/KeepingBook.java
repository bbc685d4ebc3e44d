package strata.policy.lifecycle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.FormatException;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.Printable;
import strata.base.StrataException;
import strata.base.Uid;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * What stops deletion case by case, and which deletions an operator has released: the file
 * {@code keeping} of the data directory, which is truth and not derived. A change is durable when
 * the call returns. While the file is damaged everything is held and nothing can be changed, so
 * that damage never sets anything free. Thread-safe.
 */
public final class KeepingBook {
    private static final Logger LOG = LoggerFactory.getLogger(KeepingBook.class);
    private static final String DAMAGED = "file-of-holds-damaged";

    private final Disk disk;
    private final Path path;
    private final Audit audit;
    private final ReadWriteLock lock = new ReentrantReadWriteLock(true);
    private KeepingFile state;
    private boolean damaged;
    private final List<Consumer<Set<Uid>>> listeners = new CopyOnWriteArrayList<>();

    /** Something that takes copies away. */
    public interface Removal<T> {
        T run() throws IOException;
    }

    private KeepingBook(Disk disk, Path path, Audit audit, KeepingFile state, boolean damaged) {
        this.disk = disk;
        this.path = path;
        this.audit = audit;
        this.state = state;
        this.damaged = damaged;
    }

    /**
     * Reads the file, or begins with none.
     *
     * @throws FormatException TOO_NEW when a later build wrote it
     */
    public static KeepingBook open(Disk disk, Path path, Metrics metrics, Audit audit)
            throws IOException {
        KeepingFile state = KeepingFile.EMPTY;
        boolean damaged = false;
        if (disk.exists(path)) {
            try {
                state = KeepingFile.decode(path.toString(), read(disk, path));
            } catch (CorruptDataException e) {
                damaged = true;
                LOG.error("{}; everything is held until it is put right", e.getMessage());
            }
        }
        KeepingBook book = new KeepingBook(disk, path, audit, state, damaged);
        metrics.gauge(
                "strata_lifecycle_holds", "Holds on studies", () -> book.holds().size());
        metrics.gauge(
                "strata_lifecycle_holds_damaged",
                "1 while the file of holds is damaged and everything is held",
                () -> book.isDamaged() ? 1 : 0);
        return book;
    }

    /** An empty book without a file, that takes nothing. */
    public static KeepingBook none() {
        return new KeepingBook(null, null, Audit.none(), KeepingFile.EMPTY, false);
    }

    private static byte[] read(Disk disk, Path path) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            long length = file.lengthBytes();
            if (length > KeepingFile.MAX_BYTES) {
                throw new CorruptDataException(
                        path.toString(), 0, "at most " + KeepingFile.MAX_BYTES + " bytes", length);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            file.read(bytes, 0);
            return bytes.array();
        }
    }

    /** The cases that hold the study now. */
    public List<String> cases(Uid study) {
        lock.readLock().lock();
        try {
            return damaged ? List.of(DAMAGED) : state.cases(study);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The holds that are placed, by case and study. */
    public List<Hold> holds() {
        return all().stream().filter(Hold::placed).toList();
    }

    /** Also those that were lifted: what another site needs to know the same. */
    public List<Hold> all() {
        lock.readLock().lock();
        try {
            return state.holds();
        } finally {
            lock.readLock().unlock();
        }
    }

    public boolean isDamaged() {
        lock.readLock().lock();
        try {
            return damaged;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Until when deletions in the study were released; later ones need another word. */
    public Optional<Instant> releasedUntil(Uid study) {
        lock.readLock().lock();
        try {
            return state.released(study);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Places or lifts a hold; waits for removals that are under way. */
    public void put(Hold hold) throws IOException {
        change(state -> state.with(hold));
        audit.record(
                Audit.Action.POLICY_CHANGED,
                Audit.Outcome.SUCCESS,
                hold.actor(),
                Map.of(
                        "event", hold.placed() ? "hold placed" : "hold lifted",
                        "study", hold.study().value(),
                        "case", hold.caseName(),
                        "text", hold.text()));
        LOG.info(
                "hold {} on study {} {}",
                hold.caseName(),
                hold.study(),
                hold.placed() ? "placed" : "lifted");
    }

    /** Takes over what another site knows; of two words the later counts, and a hold at a tie. */
    public void merge(List<Hold> others) throws IOException {
        change(state -> {
            KeepingFile merged = state;
            for (Hold other : others) {
                merged = merged.with(other);
            }
            return merged;
        });
    }

    /** Takes over what another site knows of releases; of two on a study the later counts. */
    public void mergeReleases(Map<Uid, Instant> others) throws IOException {
        change(state -> {
            KeepingFile merged = state;
            for (Map.Entry<Uid, Instant> other : others.entrySet()) {
                merged = merged.withReleased(other.getKey(), other.getValue());
            }
            return merged;
        });
    }

    /** Until when deletions were released, by study. */
    public Map<Uid, Instant> releases() {
        lock.readLock().lock();
        try {
            return state.releases();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The second word on deletions up to a time in a study: they may be purged. */
    public void release(Uid study, Instant until, String actor, String text) throws IOException {
        change(state -> state.withReleased(study, until));
        audit.record(
                Audit.Action.POLICY_CHANGED,
                Audit.Outcome.SUCCESS,
                Printable.line(actor, Hold.MAX_ACTOR),
                Map.of(
                        "event", "deletion released",
                        "study", study.value(),
                        "until", until.toString(),
                        "text", Printable.line(text, Hold.MAX_TEXT)));
    }

    /** Runs a removal; no hold is placed while it is under way. Look at the holds inside. */
    public <T> T removing(Removal<T> removal) throws IOException {
        lock.readLock().lock();
        try {
            return removal.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Tells the listener of studies that are held or no longer; be short. */
    public void onChange(Consumer<Set<Uid>> listener) {
        listeners.add(listener);
    }

    private interface Change {
        KeepingFile of(KeepingFile before) throws StrataException;
    }

    private void change(Change change) throws IOException {
        lock.writeLock().lock();
        try {
            if (disk == null) {
                throw new OperatorException("holds are not kept here");
            }
            if (damaged) {
                throw new OperatorException(path
                        + " is damaged and everything is held: put a copy of it back, or remove it"
                        + " to give up every hold, and start again");
            }
            KeepingFile next = change.of(state);
            if (!next.equals(state)) {
                Set<Uid> touched = next.differing(state);
                write(next.encode());
                state = next;
                listeners.forEach(each -> each.accept(touched));
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Beside it first: a crash leaves the one before or this one. */
    private void write(byte[] bytes) throws IOException {
        if (bytes.length > KeepingFile.MAX_BYTES) {
            throw new OperatorException("too many holds for one file");
        }
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        disk.delete(draft);
        try (DiskFile file = disk.create(draft)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.sync();
        }
        disk.rename(draft, path);
        disk.syncDirectory(path.getParent());
    }
}
