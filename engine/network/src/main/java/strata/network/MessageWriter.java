package strata.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

import strata.network.dimse.CommandSet;
import strata.network.pdu.PduEncoder;
import strata.network.pdu.PduLimits;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Sends messages as P-DATA-TF PDUs, one message at a time, since the fragments of two must not
 * mingle. Several PDUs share a buffer when the peer takes only short ones, so that not each of them
 * costs a call into the kernel.
 *
 * <p>A message with a data set is sent by a thread that may wait, for its turn and for the socket.
 * A lone command never makes its sender wait: when another message is on its way it is left to that
 * one's sender. Lone commands are bounded because an association that cannot write reads no
 * requests.
 */
final class MessageWriter {
    private static final int PDV_START = PduLimits.PDU_HEADER_BYTES + PduLimits.PDV_HEADER_BYTES;

    /** PDUs are collected up to this length; a longer one has a buffer of its own. */
    private static final int BUFFER_BYTES = 256 * 1024;

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
    private final ConcurrentLinkedQueue<ByteBuf> waiting = new ConcurrentLinkedQueue<>();
    private final Object writability = new Object();
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
        byte[] bytes = command.bytes();
        ByteBuf pdus = channel.alloc().directBuffer(bytes.length + PDV_START);
        appendCommand(pdus, contextId, bytes);
        waiting.add(pdus);
        sendWaiting();
    }

    private void sendWaiting() {
        while (!waiting.isEmpty() && sending.tryLock()) {
            try {
                for (ByteBuf each = waiting.poll(); each != null; each = waiting.poll()) {
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

    private void appendCommand(ByteBuf out, int contextId, byte[] command) {
        for (int done = 0; done < command.length; ) {
            int part = Math.min(maxFragment, command.length - done);
            int at = out.writerIndex();
            out.ensureWritable(PDV_START + part);
            out.writerIndex(at + PDV_START);
            out.writeBytes(command, done, part);
            done += part;
            PduEncoder.dataHeader(out, at, contextId, true, done == command.length, part);
        }
    }

    private void write(ByteBuf pdus) {
        if (over.get() != null) {
            pdus.release();
        } else {
            channel.writeAndFlush(pdus, channel.voidPromise());
        }
    }

    private void awaitWritable() throws AssociationException {
        synchronized (writability) {
            while (true) {
                AssociationException end = over.get();
                if (end != null) {
                    throw end;
                }
                if (channel.isWritable()) {
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
        private ByteBuf current;
        private int header = -1;
        private int length;
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
            current = newBuffer(command.length);
            appendCommand(current, contextId, command);
            // The header of a fragment is written once it is known whether another follows.
            while (done != total) {
                ByteBuf target = hasRoom() ? current : newBuffer(0);
                int at = target.writerIndex();
                int read = 0;
                try {
                    read = readFragment(target, at);
                } finally {
                    if (read == 0 && target != current) {
                        target.release();
                    }
                }
                if (read == 0) {
                    break;
                }
                endFragment(false);
                if (target != current) {
                    ByteBuf full = current;
                    current = target;
                    begun = true;
                    write(full);
                    awaitWritable();
                }
                header = at;
                length = read;
                done += read;
            }
            if (header < 0) {
                header = current.writerIndex();
                current.ensureWritable(PDV_START);
                current.writerIndex(header + PDV_START);
            }
            endFragment(true);
            ByteBuf rest = current;
            current = null;
            write(rest);
        }

        private ByteBuf newBuffer(int more) {
            long whole = total < 0 ? BUFFER_BYTES : total - done;
            long pdus = whole / maxFragment + 1;
            long wanted = Math.min(whole + pdus * PDV_START, BUFFER_BYTES) + more + PDV_START;
            return channel.alloc().directBuffer((int) wanted);
        }

        private boolean hasRoom() {
            long next = total < 0 ? maxFragment : Math.min(maxFragment, total - done);
            return header < 0 || current.writerIndex() + PDV_START + next <= BUFFER_BYTES;
        }

        /** Fills one fragment as far as the source goes; 0 when it is at its end. */
        private int readFragment(ByteBuf target, int at) throws IOException {
            int most = (int) (total < 0 ? maxFragment : Math.min(maxFragment, total - done));
            target.ensureWritable(PDV_START + most);
            ByteBuffer view = target.internalNioBuffer(at + PDV_START, most);
            while (view.hasRemaining()) {
                int read = source.read(view);
                if (read < 0) {
                    break;
                }
                if (read == 0) {
                    throw new EOFException("a data source gave neither bytes nor its end");
                }
            }
            int read = most - view.remaining();
            if (total >= 0 && read < most) {
                throw new EOFException(
                        "a data source ended after " + (done + read) + " of " + total + " bytes");
            }
            if (read > 0) {
                target.writerIndex(at + PDV_START + read);
            }
            return read;
        }

        private void endFragment(boolean last) {
            if (header >= 0) {
                PduEncoder.dataHeader(current, header, contextId, false, last, length);
            }
        }

        @Override
        public void close() {
            if (current != null) {
                current.release();
            }
        }
    }
}
