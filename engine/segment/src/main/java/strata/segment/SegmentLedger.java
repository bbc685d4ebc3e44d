package strata.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.FormatException;
import strata.base.ObjectId;
import strata.base.SiteId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What outlives deleted segments: which they were, so that a file which a crash brings back is not
 * believed; the highest number ever given, so that none is given twice; and the highest sequence of
 * each site. One small file, replaced as a whole, written before any segment is unlinked.
 * Thread-safe.
 */
final class SegmentLedger {
    static final String NAME = "segments.ledger";
    private static final String DRAFT = NAME + ".new";
    private static final int COPIES = 2;
    private static final int LISTS_AT = 40;
    private static final Logger log = LoggerFactory.getLogger(SegmentLedger.class);

    private final Disk disk;
    private final Path directory;
    private final Map<SiteId, Long> highest = new TreeMap<>();
    private final LinkedHashSet<Long> deleted = new LinkedHashSet<>();
    private long highestNumber;

    private SegmentLedger(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /**
     * Reads the ledger of a directory, empty where there is none. Damage is logged: then numbers go
     * on behind the segments that are there.
     *
     * @throws FormatException when a newer version wrote it
     */
    static SegmentLedger open(Disk disk, Path directory) throws IOException {
        SegmentLedger ledger = new SegmentLedger(disk, directory);
        Path path = directory.resolve(NAME);
        if (disk.exists(path)) {
            try (DiskFile file = disk.openForReading(path)) {
                ledger.read(file, path);
            }
        }
        return ledger;
    }

    static boolean isLedger(Path file) {
        String name = file.getFileName().toString();
        return name.equals(NAME) || name.equals(DRAFT);
    }

    private void read(DiskFile file, Path path) throws IOException {
        CorruptDataException damage = null;
        for (int copy = 0; copy < COPIES; copy++) {
            ByteBuffer page = ByteBuffer.allocate(SegmentFormat.FIRST_RECORD);
            try {
                RecordAccess.fill(file, path, page, (long) copy * SegmentFormat.FIRST_RECORD);
                SegmentFormat.checkLedgerPage(page, path);
                take(page);
                return;
            } catch (CorruptDataException e) {
                damage = e;
            }
        }
        log.error("the list of deleted segments is lost: {}", damage.getMessage());
    }

    private void take(ByteBuffer page) {
        highestNumber = page.getLong(16);
        ByteBuffer lists = page.position(LISTS_AT);
        for (int left = page.getInt(32); left > 0; left--) {
            ObjectId id = ObjectId.read(lists);
            highest.put(id.site(), id.sequence());
        }
        for (int left = page.getInt(36); left > 0; left--) {
            deleted.add(lists.getLong());
        }
    }

    /** The highest number that was in use when a segment was deleted, 0 for none. */
    synchronized long highestNumber() {
        return highestNumber;
    }

    /** The highest sequence of each site in deleted segments. */
    synchronized Map<SiteId, Long> highest() {
        return Map.copyOf(highest);
    }

    /** The segments deleted last, or about to be: their files are not to be believed. */
    synchronized Set<Long> deleted() {
        return Set.copyOf(deleted);
    }

    /**
     * Notes, durably on return, that segments are deleted; after that they may be unlinked. When it
     * fails, the next start may find the note or not: what is in them must be elsewhere before.
     *
     * @param numberInUse no segment has a higher number
     */
    synchronized void delete(Collection<Segment> segments, long numberInUse) throws IOException {
        highestNumber = Math.max(highestNumber, numberInUse);
        for (Segment segment : segments) {
            deleted.add(segment.id());
            segment.highest().forEach((site, sequence) -> highest.merge(site, sequence, Math::max));
        }
        int room = (SegmentFormat.PAGE_CRC_AT - LISTS_AT - ObjectId.LENGTH_BYTES * highest.size())
                / Long.BYTES;
        while (deleted.size() > Math.max(room, segments.size())) {
            deleted.remove(deleted.iterator().next());
        }
        write();
    }

    /** Notes, durably on return, that a number was in use. */
    synchronized void keepNumber(long number) throws IOException {
        if (number > highestNumber) {
            long before = highestNumber;
            highestNumber = number;
            boolean done = false;
            try {
                write();
                done = true;
            } finally {
                highestNumber = done ? number : before;
            }
        }
    }

    private void write() throws IOException {
        Path draft = directory.resolve(DRAFT);
        disk.delete(draft);
        try (DiskFile file = disk.create(draft)) {
            ByteBuffer both = ByteBuffer.allocateDirect(COPIES * SegmentFormat.FIRST_RECORD);
            for (int copy = 0; copy < COPIES; copy++) {
                both.put(page());
            }
            file.write(both.flip(), 0);
            file.sync();
        }
        disk.rename(draft, directory.resolve(NAME));
        disk.syncDirectory(directory);
    }

    private ByteBuffer page() {
        ByteBuffer page = SegmentFormat.ledgerPage();
        page.putLong(16, highestNumber).putInt(32, highest.size()).putInt(36, deleted.size());
        page.position(LISTS_AT);
        highest.forEach((site, sequence) -> new ObjectId(site, sequence).write(page));
        deleted.forEach(page::putLong);
        return SegmentFormat.closed(page);
    }
}
