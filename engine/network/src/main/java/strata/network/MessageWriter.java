package strata.network;

import io.netty.channel.Channel;

import strata.network.dimse.CommandSet;
import strata.network.pdu.PduLimits;

import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Sends messages as P-DATA-TF PDUs, one message at a time, since the fragments of two must not
 * mingle. Data goes out from the memory that it was read into; a command and the first data share
 * one call into the kernel.
 *
 * <p>A message with a data set is sent by a thread that may wait, for its turn and for the socket.
 * A lone command never makes its sender wait: when another message is on its way it is left to that
 * one's sender. Lone commands are bounded because an association that cannot write reads no
 * requests.
 */
final class MessageWriter {
    /** How much of a data set is read at a time. */
    private static final int PART_BYTES = 256 * 1024;

    /** Batches that the event loop has not taken yet; beyond it senders wait. */
    private static final int MAX_UNTAKEN = 2;

    private static final int SHORTEST_PART_BYTES = 64;
    private static final byte[] NO_COMMAND = {};
    private static final long RECHECK_MILLIS = 1000;

    /** The data set could not be read when part of the message was already out. */
    static final class HalfSentException extends IOException {
        HalfSentException(Exception cause) {
            super("half a message was sent: " + cause.getMessage(), cause);
        }
    }

    private final Channel channel;
    private final Supplier<AssociationException> over;
    private final ReentrantLock sending = new ReentrantLock();
    private final ConcurrentLinkedQueue<PduBatch> waiting = new ConcurrentLinkedQueue<>();
    private final Object writability = new Object();
    /** Guarded by {@link #writability}. */
    private int untaken;

    private volatile int maxFragment;

    /** @param over why nothing can be sent any more; gives null as long as it can */
    MessageWriter(Channel channel, Supplier<AssociationException> over) {
        this.channel = channel;
        this.over = over;
    }

    /** @param peerMaxLength largest P-DATA-TF length to send, in bytes */
    void associated(int peerMaxLength) {
        // Even, so that no 16-bit value is cut in two.
        maxFragment = (peerMaxLength - PduLimits.PDV_HEADER_BYTES) & ~1;
    }

    /** The socket takes bytes again, or the association ended: whoever waits looks again. */
    void wake() {
        synchronized (writability) {
            writability.notifyAll();
        }
        if (over.get() != null) {
            sendWaiting();
        }
    }

    /** Sends a command without a data set; does not wait. */
    void send(int contextId, CommandSet command) {
        waiting.add(PduBatch.begin(channel, contextId, maxFragment, command.bytes(), 0));
        sendWaiting();
    }

    private void sendWaiting() {
        while (!waiting.isEmpty() && sending.tryLock()) {
            try {
                for (PduBatch each = waiting.poll(); each != null; each = waiting.poll()) {
                    write(each);
                }
            } finally {
                sending.unlock();
            }
        }
    }

    /**
     * Sends a command and its data set; waits while the peer does not read. Not for event loops.
     *
     * @throws AssociationException when the association is over
     * @throws HalfSentException when the source fails midway; the association must be aborted
     * @throws IOException when the source fails before anything was sent: as if never asked
     */
    void send(int contextId, CommandSet command, DataSource source) throws IOException {
        sending.lock();
        try (Outgoing outgoing = new Outgoing(contextId, source)) {
            awaitWritable();
            outgoing.sendOrTell(command.bytes());
        } finally {
            sending.unlock();
            sendWaiting();
        }
    }

    /** Always by a task, so that nothing overtakes what was handed over before. */
    private void write(PduBatch batch) {
        if (over.get() != null) {
            batch.release();
            return;
        }
        synchronized (writability) {
            untaken++;
        }
        try {
            channel.eventLoop().execute(() -> take(batch));
        } catch (RejectedExecutionException e) {
            // The loop has ended, and with it the association.
            batch.release();
        }
    }

    private void take(PduBatch batch) {
        batch.write(channel);
        synchronized (writability) {
            untaken--;
            writability.notifyAll();
        }
    }

    private void awaitWritable() throws AssociationException {
        synchronized (writability) {
            while (true) {
                AssociationException end = over.get();
                if (end != null) {
                    throw end;
                }
                if (untaken < MAX_UNTAKEN && channel.isWritable()) {
                    return;
                }
                try {
                    writability.wait(RECHECK_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw AssociationException.of(
                            AssociationEnd.ABORTED_LOCALLY, "interrupted while sending");
                }
            }
        }
    }

    /** One message with a data set on its way out. */
    private final class Outgoing implements AutoCloseable {
        private final int contextId;
        private final DataSource source;
        private final long total;
        private long done;
        private DataBuffer part;
        private DataBuffer following;
        private boolean begun;

        Outgoing(int contextId, DataSource source) {
            this.contextId = contextId;
            this.source = source;
            this.total = source.lengthBytes();
        }

        void sendOrTell(byte[] command) throws IOException {
            try {
                send(command);
            } catch (AssociationException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                if (begun) {
                    throw new HalfSentException(e);
                }
                throw e;
            }
        }

        private void send(byte[] command) throws IOException {
            part = next();
            byte[] first = command;
            boolean last = false;
            while (!last) {
                last = isLast();
                int bytes = part == null ? 0 : part.lengthBytes();
                PduBatch batch = PduBatch.begin(channel, contextId, maxFragment, first, bytes);
                if (part == null) {
                    batch.addEmpty();
                } else {
                    batch.add(part, last);
                    part.close();
                }
                begun = true;
                write(batch);
                first = NO_COMMAND;
                done += bytes;
                part = following;
                following = null;
                if (!last) {
                    awaitWritable();
                    part = part != null ? part : next();
                }
            }
        }

        private DataBuffer next() throws IOException {
            if (done == total) {
                return null;
            }
            long left = total < 0 ? PART_BYTES : Math.min(PART_BYTES, total - done);
            int most = (int) Math.max(SHORTEST_PART_BYTES, (left + 1) & ~1);
            return source.next(most);
        }

        /** Whether the data ends with this part; it looks ahead when the length is not known. */
        private boolean isLast() throws IOException {
            if (total < 0) {
                following = part == null ? null : next();
                return following == null;
            }
            long end = done + (part == null ? 0 : part.lengthBytes());
            if (end > total || part == null && end < total) {
                throw new EOFException(
                        "a data source ended after " + end + " of " + total + " bytes");
            }
            return end == total;
        }

        @Override
        public void close() {
            if (part != null) {
                part.close();
            }
            if (following != null) {
                following.close();
            }
        }
    }
}
