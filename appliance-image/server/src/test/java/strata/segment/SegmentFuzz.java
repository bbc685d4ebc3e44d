package strata.segment;

import strata.base.DiskFile;
import strata.base.FaultyDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.StrataException;
import strata.server.fuzz.Expected;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A segment file behind its first page, found at a start: recovered, scanned, read and verified.
 * Stamps, offsets and checksums of headers are put right on the way in unless the first byte is
 * odd.
 */
public final class SegmentFuzz {
    private static final Path DIRECTORY = Path.of("/segments");
    private static final Path FILE = DIRECTORY.resolve(SegmentFormat.fileName(1));
    private static final long STAMP = 0x1122334455667788L;
    private static final int MAX_FILE_BYTES = 64 << 10;
    private static final int STAMP_AT = 48;

    private SegmentFuzz() {}

    private static SegmentLog open(FaultyDisk disk) throws IOException {
        long[] stamp = {STAMP};
        SegmentLogOptions options = SegmentLogOptions.defaults()
                .withSegmentBytes(16 << 10)
                .withStarterBytes(0)
                .withSmallBodyBytes(2 << 10)
                .withReserveBytes(0)
                .withClockAndStamps(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), () -> stamp[0]++);
        return SegmentLog.open(disk, DIRECTORY, options, Metrics.none(), Background.inline());
    }

    public static List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (boolean sealed : new boolean[] {false, true}) {
            FaultyDisk disk = new FaultyDisk();
            try (SegmentLog log = open(disk)) {
                for (int i = 1; i <= 2; i++) {
                    ObjectId id = new ObjectId(new SiteId(7), i);
                    try (RecordWriter writer = log.begin(RecordKind.OBJECT, id)) {
                        writer.write(ByteBuffer.wrap(new byte[20 * i]));
                        writer.prepare(new byte[] {1, 2, 3}).await();
                    }
                }
                byte[] file = disk.content(FILE);
                if (!sealed) {
                    seeds.add(behindPage(file));
                }
            }
            if (sealed) {
                seeds.add(behindPage(disk.content(FILE)));
            }
        }
        return seeds;
    }

    /** With a first byte of its own in place of the page. */
    private static byte[] behindPage(byte[] file) {
        byte[] seed = Arrays.copyOfRange(file, SegmentFormat.FIRST_RECORD - 1, file.length);
        seed[0] = 0;
        return seed;
    }

    public static void run(byte[] input) throws IOException {
        if (input.length == 0 || input.length > MAX_FILE_BYTES) {
            return;
        }
        ByteBuffer file = ByteBuffer.allocate(SegmentFormat.FIRST_RECORD + input.length - 1);
        file.put(SegmentFormat.segmentPage(1, STAMP, 0, 1 << 20));
        file.put(input, 1, input.length - 1);
        if ((input[0] & 1) == 0) {
            mend(file);
        }
        FaultyDisk disk = new FaultyDisk();
        disk.createDirectories(DIRECTORY);
        try (DiskFile made = disk.create(FILE)) {
            made.sync();
        }
        disk.syncDirectory(DIRECTORY);
        disk.replace(FILE, file.array());
        try (SegmentLog log = open(disk)) {
            readAll(log);
        } catch (StrataException expected) {
            Expected.answer(expected);
        }
    }

    private static void readAll(SegmentLog log) throws IOException {
        List<RecordLocation> found = new ArrayList<>();
        for (SegmentInfo segment : log.segments()) {
            try {
                log.scan(segment.id(), 0, (at, header) -> found.add(at));
            } catch (StrataException expected) {
                Expected.answer(expected);
            }
        }
        for (RecordLocation at : found) {
            try (RecordReader reader = log.open(at)) {
                reader.verify();
            } catch (StrataException expected) {
                Expected.answer(expected);
            }
        }
    }

    private static void mend(ByteBuffer file) {
        int last = file.limit() - RawHeader.LENGTH_BYTES;
        for (int at = SegmentFormat.FIRST_RECORD; at <= last; at += SegmentFormat.ALIGNMENT) {
            if (file.getInt(at) == 0x53726563) {
                file.putLong(at + STAMP_AT, STAMP).putLong(at + STAMP_AT + 8, at);
                int covered = RawHeader.LENGTH_BYTES - 4;
                file.putInt(at + covered, SegmentFormat.crc(file, at, covered));
            }
        }
    }
}
