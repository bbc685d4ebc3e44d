package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.frontdoor.identity.Coercion;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The next instances of one retrieve, opened, read and verified while those before them are on the
 * wire. Several are read at a time, which is what a disk needs to be busy; as long as instances
 * turn out to be in memory (see {@link ReadPace}) the sender reads each when its turn comes.
 * Bounded for one retrieve and for all of them together: an instance for which there is no memory,
 * or no reader free, is opened by its sender too. For the thread of the retrieve.
 */
public final class ReadAhead implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);

    /** Pooled memory of one retrieve. */
    private static final int MOST_BYTES = 3 << 20;

    private static final int MOST_INSTANCES = 16;
    private static final long RECHECK_MILLIS = 1000;
    private static final long IDLE_SECONDS = 30;

    /** What all retrieves of a door share. */
    public static final class Readers {
        private static final int UNIT_BYTES = 16 << 10;

        private final Executor executor;
        private final int units;
        private final Semaphore memory;

        /** @param mostBytes pooled memory that waits for its turn, over all retrieves */
        public Readers(Executor executor, long mostBytes) {
            this.executor = executor;
            this.units = (int) (mostBytes / UNIT_BYTES);
            this.memory = new Semaphore(units);
        }

        /** Some daemon threads, which end by themselves when nobody retrieves. */
        public static Readers start(String name, int threads, long mostBytes) {
            AtomicInteger number = new AtomicInteger();
            ThreadPoolExecutor executor = new ThreadPoolExecutor(
                    threads,
                    threads,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    work -> {
                        Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
                        thread.setDaemon(true);
                        return thread;
                    });
            executor.allowCoreThreadTimeOut(true);
            return new Readers(executor, mostBytes);
        }

        /** The threads, for other work that waits for the disk. */
        public Executor executor() {
            return executor;
        }

        /** Pooled memory that is taken now. */
        public long bytes() {
            return (long) (units - memory.availablePermits()) * UNIT_BYTES;
        }

        private static int units(int bytes) {
            return bytes / UNIT_BYTES + 1;
        }
    }

    /** Told while an instance is waited for, about every second. */
    public interface Waiting {
        void still() throws IOException;
    }

    private enum State {
        WAITING,
        READING,
        READ,
        GIVEN_UP
    }

    /** One instance in the queue. */
    public final class Entry implements Runnable, Closeable {
        private final VersionEntry version;
        private final List<Uid> accepted;
        private final int memoryBytes;
        private boolean isAhead;
        private State state = State.WAITING;
        private InstanceSource source;
        private Exception failure;

        private Entry(VersionEntry version, List<Uid> accepted) {
            this.version = version;
            this.accepted = accepted;
            this.memoryBytes = InstanceSource.memoryBytes(version);
        }

        /** Hands it to the readers, if there is memory for it. */
        private void readAhead() {
            if (isAhead || !readers.memory.tryAcquire(Readers.units(memoryBytes))) {
                return;
            }
            isAhead = true;
            try {
                readers.executor.execute(this);
            } catch (RejectedExecutionException e) {
                // The sender reads it when its turn comes.
                return;
            }
        }

        public VersionEntry version() {
            return version;
        }

        /** By a reader, or by the sender when none has come to it. */
        @Override
        public void run() {
            if (!become(State.WAITING, State.READING)) {
                return;
            }
            InstanceSource opened = null;
            Exception failed = null;
            long begun = pace.now();
            try {
                opened = opening.open(store, version, accepted);
                pace.took(memoryBytes, begun);
            } catch (IOException | RuntimeException e) {
                failed = e;
            }
            synchronized (this) {
                if (state == State.READING) {
                    state = State.READ;
                    source = opened;
                    failure = failed;
                    notifyAll();
                    return;
                }
            }
            release(opened);
        }

        private synchronized boolean become(State from, State to) {
            if (state != from) {
                return false;
            }
            state = to;
            return true;
        }

        /** @throws IOException when it cannot be opened or read */
        private synchronized InstanceSource await(Waiting waiting) throws IOException {
            while (state == State.READING) {
                try {
                    wait(RECHECK_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted while reading ahead", e);
                }
                waiting.still();
            }
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            return source;
        }

        /** The instance, once it is read; closed with this entry. */
        public InstanceSource source(Waiting waiting) throws IOException {
            run();
            return await(waiting);
        }

        /** Gives the memory back, now or when the reader is done with it. */
        @Override
        public void close() {
            InstanceSource opened;
            synchronized (this) {
                if (state == State.GIVEN_UP) {
                    return;
                }
                boolean reading = state == State.READING;
                state = State.GIVEN_UP;
                if (reading) {
                    return;
                }
                opened = source;
            }
            release(opened);
        }

        private void release(InstanceSource opened) {
            if (isAhead) {
                readers.memory.release(Readers.units(memoryBytes));
            }
            if (opened == null) {
                return;
            }
            try {
                opened.close();
            } catch (IOException e) {
                LOG.warn("instance of {} did not close: {}", version.id(), e.getMessage());
            }
        }
    }

    /** How an instance is made ready to be sent. */
    interface Opening {
        InstanceSource open(Store store, VersionEntry version, List<Uid> accepted)
                throws IOException;
    }

    private final Store store;
    private final Readers readers;
    private final Opening opening;
    private final ReadPace pace;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;

    /** @param coercion of the patients' identity */
    public ReadAhead(Store store, Readers readers, Coercion coercion) {
        this(
                store,
                readers,
                (from, version, accepted) ->
                        InstanceSource.open(from, version, accepted, coercion));
    }

    ReadAhead(Store store, Readers readers, Opening opening) {
        this(store, readers, opening, new ReadPace(System::nanoTime, false));
    }

    ReadAhead(Store store, Readers readers, Opening opening, ReadPace pace) {
        this.store = store;
        this.readers = readers;
        this.opening = opening;
        this.pace = pace;
    }

    /** Puts an instance at the end of the queue. */
    public void add(VersionEntry version, List<Uid> accepted) {
        Entry entry = new Entry(version, accepted);
        entries.add(entry);
        bytes += entry.memoryBytes;
        if (pace.isSlow()) {
            entry.readAhead();
        }
    }

    public boolean isFull() {
        return bytes >= MOST_BYTES || entries.size() >= MOST_INSTANCES;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Takes the first of the queue, which the caller closes. */
    public Entry take() {
        Entry entry = entries.remove();
        bytes -= entry.memoryBytes;
        if (pace.isSlow()) {
            entries.forEach(Entry::readAhead);
        }
        return entry;
    }

    @Override
    public void close() {
        while (!isEmpty()) {
            take().close();
        }
    }
}
