package strata.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A disk in memory that keeps only what {@link Disk} promises, for tests.
 *
 * <p>It holds apart what was written and what is durable, by sectors of 512 bytes and by directory
 * entries. {@link #crash} keeps a seeded choice of what was not durable: any version of any sector
 * since the last sync, any subset of the directory operations in their order. A failed sync drops
 * what it should have written, as Linux does: the bytes still read well, a later sync succeeds, and
 * a crash loses them.
 *
 * <p>A mutation is a create, write, sync, allocate, truncate, rename, delete, directory creation or
 * directory sync; they are numbered from 1. Equal seeds and equal calls give equal outcomes.
 * Thread-safe; hooks run without the lock, so they may block.
 */
public final class FaultyDisk implements Disk {
    /** What is asked of the disk. */
    public enum Operation {
        CREATE,
        WRITE,
        SYNC,
        ALLOCATE,
        TRUNCATE,
        RENAME,
        DELETE,
        CREATE_DIRECTORIES,
        SYNC_DIRECTORY,
        OPEN,
        READ;

        public boolean mutates() {
            return ordinal() < OPEN.ordinal();
        }
    }

    /** What becomes of an operation. */
    public enum Outcome {
        /** It is done. */
        DONE,
        /** It fails with an I/O error; a write may be done in part. */
        FAILS,
        /** The power goes: it may be done, and every later operation fails until the crash. */
        POWER_OFF
    }

    /** Decides on each operation. */
    @FunctionalInterface
    public interface Plan {
        /** @param number of the mutation, or of the last one before a read or open */
        Outcome decide(Operation operation, Path path, long number);

        static Plan none() {
            return (operation, path, number) -> Outcome.DONE;
        }

        /** The n-th mutation ends so, the others are done. */
        static Plan at(long n, Outcome outcome) {
            return (operation, path, number) ->
                    operation.mutates() && number == n ? outcome : Outcome.DONE;
        }
    }

    /** Runs before an operation, outside the lock: may block or throw. */
    @FunctionalInterface
    public interface Hook {
        void before(Operation operation, Path path) throws IOException;
    }

    private record DirectoryChange(Operation operation, Path from, Path to, FaultyFile file) {}

    private final Random random;
    private final Map<Path, FaultyFile> files = new TreeMap<>();
    private final Map<Path, FaultyFile> durableFiles = new TreeMap<>();
    private final Map<Path, Boolean> directories = new HashMap<>();
    private final List<DirectoryChange> changes = new ArrayList<>();
    private final Set<Path> locks = new HashSet<>();
    private volatile Plan plan = Plan.none();
    private volatile Hook hook = (operation, path) -> {};
    private long capacityBytes = 1L << 40;
    private long mutations;
    private long syncs;
    private long trace;
    private boolean powerOff;
    private boolean lying;
    private int epoch;

    public FaultyDisk(long seed) {
        this.random = new Random(seed);
    }

    public FaultyDisk() {
        this(0);
    }

    public void plan(Plan newPlan) {
        plan = newPlan;
    }

    public void hook(Hook newHook) {
        hook = newHook;
    }

    public synchronized void capacityBytes(long bytes) {
        capacityBytes = bytes;
    }

    /** From now on file syncs answer well and do nothing: the canary that a suite has to find. */
    public synchronized void lieAboutSyncs() {
        lying = true;
    }

    /** How many mutations were asked for since the disk was made. */
    public synchronized long mutations() {
        return mutations;
    }

    /** How many file syncs were asked for, failed ones as well. */
    public synchronized long syncs() {
        return syncs;
    }

    /**
     * Equal for two disks that were asked for the same mutations in the same order and hold the
     * same; who opens and reads in several threads has no order.
     */
    public synchronized long fingerprint() {
        long print = trace;
        for (Map.Entry<Path, FaultyFile> file : files.entrySet()) {
            print = 31 * print + file.getKey().toString().hashCode();
            print = 31 * print + Arrays.hashCode(file.getValue().content());
        }
        return print;
    }

    /**
     * The power fails and comes back: open files are dead, what was not durable is lost, torn or
     * kept by chance, the plan is none again.
     */
    public synchronized void crash(long seed) {
        Random chance = new Random(seed);
        boolean prefixOnly = chance.nextBoolean();
        int prefix = chance.nextInt(changes.size() + 1);
        for (int i = 0; i < changes.size(); i++) {
            if (prefixOnly ? i < prefix : chance.nextBoolean()) {
                makeDurable(changes.get(i));
            }
        }
        changes.clear();
        files.clear();
        files.putAll(durableFiles);
        for (FaultyFile file : files.values()) {
            file.crash(chance);
        }
        epoch++;
        locks.clear();
        powerOff = false;
        plan = Plan.none();
    }

    private void makeDurable(DirectoryChange change) {
        if (change.operation() == Operation.CREATE) {
            durableFiles.put(change.to(), change.file());
        } else if (durableFiles.get(change.from()) == change.file()) {
            durableFiles.remove(change.from());
            if (change.operation() == Operation.RENAME) {
                durableFiles.put(change.to(), change.file());
            }
        }
    }

    /** Damages a file at rest. */
    public synchronized void flipBit(Path path, long offset, int bit) {
        byte[] content = content(path);
        content[(int) offset] ^= (byte) (1 << bit);
        replace(path, content);
    }

    /** What reads of a file give now. */
    public synchronized byte[] content(Path path) {
        return files.get(key(path)).content();
    }

    /** Puts other bytes in place of a file's, durable at once. */
    public synchronized void replace(Path path, byte[] content) {
        files.get(key(path)).replace(content);
    }

    private static Path key(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /** Asks the plan; false when a mutation has to fail after it was done in part. */
    private Outcome begin(Operation operation, Path path) throws IOException {
        if (powerOff) {
            throw new StorageException(StorageException.Kind.FAILED, "the power is off", null);
        }
        if (operation.mutates()) {
            mutations++;
            trace = 31 * trace + 7L * operation.ordinal() + path.toString().hashCode();
        }
        syncs += operation == Operation.SYNC ? 1 : 0;
        Outcome outcome = plan.decide(operation, path, mutations);
        if (outcome == Outcome.FAILS && operation != Operation.WRITE) {
            if (operation != Operation.SYNC) {
                throw inputOutputError(operation, path);
            }
        }
        powerOff = outcome == Outcome.POWER_OFF;
        return outcome;
    }

    private static StorageException inputOutputError(Operation operation, Path path) {
        return new StorageException(
                StorageException.Kind.FAILED,
                operation + " " + path + ": Input/output error",
                null);
    }

    private static void end(Outcome outcome, Operation operation, Path path) throws IOException {
        if (outcome == Outcome.POWER_OFF) {
            throw new StorageException(StorageException.Kind.FAILED, "the power went off", null);
        }
        if (outcome == Outcome.FAILS) {
            throw inputOutputError(operation, path);
        }
    }

    @Override
    public DiskFile create(Path path) throws IOException {
        hook.before(Operation.CREATE, path);
        synchronized (this) {
            Outcome outcome = begin(Operation.CREATE, path);
            Path file = key(path);
            requireDirectory(file.getParent());
            if (files.containsKey(file) || directories.containsKey(file)) {
                throw new FileAlreadyExistsException(path.toString());
            }
            FaultyFile made = new FaultyFile();
            files.put(file, made);
            changes.add(new DirectoryChange(Operation.CREATE, null, file, made));
            end(outcome, Operation.CREATE, path);
            return new FaultyHandle(this, path, made, epoch, true);
        }
    }

    @Override
    public DiskFile open(Path path) throws IOException {
        return open(path, true);
    }

    @Override
    public DiskFile openForReading(Path path) throws IOException {
        return open(path, false);
    }

    private DiskFile open(Path path, boolean forWriting) throws IOException {
        hook.before(Operation.OPEN, path);
        synchronized (this) {
            begin(Operation.OPEN, path);
            return new FaultyHandle(this, path, existing(path), epoch, forWriting);
        }
    }

    private FaultyFile existing(Path path) throws NoSuchFileException {
        FaultyFile file = files.get(key(path));
        if (file == null) {
            throw new NoSuchFileException(path.toString());
        }
        return file;
    }

    private void requireDirectory(Path directory) throws NoSuchFileException {
        if (!directories.containsKey(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        hook.before(Operation.CREATE_DIRECTORIES, directory);
        synchronized (this) {
            Outcome outcome = begin(Operation.CREATE_DIRECTORIES, directory);
            for (Path at = key(directory); at != null; at = at.getParent()) {
                if (files.containsKey(at)) {
                    throw new FileAlreadyExistsException(at.toString());
                }
                directories.put(at, true);
            }
            end(outcome, Operation.CREATE_DIRECTORIES, directory);
        }
    }

    @Override
    public synchronized List<Path> list(Path directory) throws IOException {
        begin(Operation.OPEN, directory);
        Path parent = key(directory);
        requireDirectory(parent);
        List<Path> names = new ArrayList<>();
        for (Path file : files.keySet()) {
            if (file.getParent().equals(parent)) {
                names.add(directory.resolve(file.getFileName()));
            }
        }
        for (Path child : directories.keySet()) {
            if (parent.equals(child.getParent())) {
                names.add(directory.resolve(child.getFileName()));
            }
        }
        return names.stream().sorted().toList();
    }

    @Override
    public synchronized boolean exists(Path path) {
        return files.containsKey(key(path)) || directories.containsKey(key(path));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        hook.before(Operation.RENAME, from);
        synchronized (this) {
            Outcome outcome = begin(Operation.RENAME, from);
            FaultyFile file = existing(from);
            requireDirectory(key(to).getParent());
            files.remove(key(from));
            files.put(key(to), file);
            changes.add(new DirectoryChange(Operation.RENAME, key(from), key(to), file));
            end(outcome, Operation.RENAME, from);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        hook.before(Operation.DELETE, path);
        synchronized (this) {
            Outcome outcome = begin(Operation.DELETE, path);
            FaultyFile file = files.remove(key(path));
            if (file != null) {
                changes.add(new DirectoryChange(Operation.DELETE, key(path), null, file));
            }
            end(outcome, Operation.DELETE, path);
        }
    }

    @Override
    public synchronized Optional<Closeable> lock(Path file) throws IOException {
        begin(Operation.OPEN, file);
        requireDirectory(key(file).getParent());
        int takenIn = epoch;
        if (!locks.add(key(file))) {
            return Optional.empty();
        }
        return Optional.of(() -> unlock(file, takenIn));
    }

    private synchronized void unlock(Path file, int takenIn) {
        if (takenIn == epoch) {
            locks.remove(key(file));
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        hook.before(Operation.SYNC_DIRECTORY, directory);
        synchronized (this) {
            Outcome outcome = begin(Operation.SYNC_DIRECTORY, directory);
            Path parent = key(directory);
            requireDirectory(parent);
            end(outcome, Operation.SYNC_DIRECTORY, directory);
            changes.removeIf(change -> {
                boolean here = isIn(parent, change.from()) || isIn(parent, change.to());
                if (here) {
                    makeDurable(change);
                }
                return here;
            });
        }
    }

    private static boolean isIn(Path directory, Path file) {
        return file != null && directory.equals(file.getParent());
    }

    @Override
    public synchronized long usableBytes(Path path) {
        return Math.max(0, capacityBytes - usedBytes());
    }

    private long usedBytes() {
        return files.values().stream().mapToLong(FaultyFile::lengthBytes).sum();
    }

    @Override
    public synchronized long totalBytes(Path path) {
        return capacityBytes;
    }

    void beforeOperation(Operation operation, Path path) throws IOException {
        hook.before(operation, path);
    }

    /** One operation on an open file, under the disk's lock. */
    synchronized void onFile(Operation operation, Path path, int handleEpoch, FileOperation action)
            throws IOException {
        if (handleEpoch != epoch) {
            throw new StorageException(
                    StorageException.Kind.FAILED, "opened before the crash: " + path, null);
        }
        Outcome outcome = begin(operation, path);
        if (lying && operation == Operation.SYNC) {
            return;
        }
        action.run(outcome, random, usableBytes(path));
        end(outcome, operation, path);
    }

    /** What a file does in an operation; for a failing one the part that is done all the same. */
    @FunctionalInterface
    interface FileOperation {
        void run(Outcome outcome, Random random, long freeBytes) throws IOException;
    }
}
