package strata.network;

import io.netty.buffer.ByteBuf;

/**
 * What an association received and has not taken yet: fragments in the order of the wire, and
 * notices between them. One event loop adds, one worker at a time takes. Counts bytes so that the
 * socket can be left unread when there are too many.
 */
final class InboundQueue {
    /** Charged for each entry on top of its bytes, so that tiny fragments are bounded too. */
    private static final int ENTRY_BYTES = 256;

    private static final int FIRST_CAPACITY = 16;
    private static final int COMMAND = 0x100;
    private static final int LAST = 0x200;

    private final int highBytes;
    private Object[] entries = new Object[FIRST_CAPACITY];
    private int[] marks = new int[FIRST_CAPACITY];
    private int head;
    private int count;
    private long bytes;
    private boolean full;
    private int taken;

    InboundQueue(int highBytes) {
        this.highBytes = highBytes;
    }

    /** Adds a fragment, which the queue owns from now; true when the queue has just become full. */
    boolean add(int contextId, boolean command, boolean last, ByteBuf data) {
        int mark = contextId | (command ? COMMAND : 0) | (last ? LAST : 0);
        return put(data, mark, data.readableBytes());
    }

    /** Adds a notice that keeps its place among the fragments. */
    void addNotice(Object notice) {
        put(notice, 0, 0);
    }

    private synchronized boolean put(Object entry, int mark, int entryBytes) {
        if (count == entries.length) {
            grow();
        }
        int at = (head + count) & (entries.length - 1);
        entries[at] = entry;
        marks[at] = mark;
        count++;
        bytes += entryBytes + ENTRY_BYTES;
        if (!full && bytes > highBytes) {
            full = true;
            return true;
        }
        return false;
    }

    private void grow() {
        Object[] moreEntries = new Object[2 * count];
        int[] moreMarks = new int[2 * count];
        for (int i = 0; i < count; i++) {
            int at = (head + i) & (count - 1);
            moreEntries[i] = entries[at];
            moreMarks[i] = marks[at];
        }
        entries = moreEntries;
        marks = moreMarks;
        head = 0;
    }

    /** Takes the next fragment (a buffer, now the caller's) or notice; null when there is none. */
    synchronized Object poll() {
        if (count == 0) {
            return null;
        }
        Object entry = entries[head];
        taken = marks[head];
        entries[head] = null;
        head = (head + 1) & (entries.length - 1);
        count--;
        bytes -= ENTRY_BYTES;
        if (entry instanceof ByteBuf data) {
            bytes -= data.readableBytes();
        }
        return entry;
    }

    /** Of the fragment last taken; for the taker. */
    int contextId() {
        return taken & 0xff;
    }

    boolean isCommand() {
        return (taken & COMMAND) != 0;
    }

    boolean isLast() {
        return (taken & LAST) != 0;
    }

    /** Whether a full queue has drained to half; true once, then the socket is to be read. */
    synchronized boolean takeDrained() {
        if (full && bytes <= highBytes / 2) {
            full = false;
            return true;
        }
        return false;
    }

    synchronized boolean isFull() {
        return full;
    }

    synchronized boolean isEmpty() {
        return count == 0;
    }

    synchronized boolean isSingle() {
        return count == 1;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Releases everything. */
    void clear() {
        for (Object each = poll(); each != null; each = poll()) {
            if (each instanceof ByteBuf data) {
                data.release();
            }
        }
    }
}
