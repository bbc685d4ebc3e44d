package strata.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import strata.base.Digest;
import strata.base.FaultyDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;

/** Records with contents that follow from their sequence number, for tests. */
final class Records {
    static final SiteId SITE = new SiteId(7);
    static final Path DIRECTORY = Path.of("/data/segments");
    static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-21T10:00:00.123Z"), ZoneOffset.UTC);

    private Records() {}

    static SegmentLogOptions options() {
        long[] stamp = {0x1122334455667788L};
        return SegmentLogOptions.defaults()
                .withSegmentBytes(256 << 10)
                .withStarterBytes(64 << 10)
                .withSmallBodyBytes(32 << 10)
                .withReserveBytes(0)
                .withClockAndStamps(CLOCK, () -> stamp[0]++);
    }

    /** Everything runs in the calling thread. */
    static SegmentLog inline(FaultyDisk disk) throws IOException {
        return SegmentLog.open(disk, DIRECTORY, options(), Metrics.none(), Background.inline());
    }

    static ObjectId id(long sequence) {
        return new ObjectId(SITE, sequence);
    }

    static byte[] content(long sequence, int length) {
        byte[] bytes = new byte[length];
        new Random(sequence).nextBytes(bytes);
        return bytes;
    }

    static byte[] attributes(long sequence) {
        return ("attributes " + sequence).getBytes(StandardCharsets.UTF_8);
    }

    static RecordWriter begin(SegmentLog log, long sequence, int length) throws IOException {
        RecordWriter writer = log.begin(RecordKind.OBJECT, id(sequence));
        byte[] body = content(sequence, length);
        boolean done = false;
        try {
            for (int at = 0; at < length; at += 10_000) {
                writer.write(ByteBuffer.wrap(body, at, Math.min(10_000, length - at)));
            }
            done = true;
            return writer;
        } finally {
            if (!done) {
                writer.close();
            }
        }
    }

    static RecordLocation put(SegmentLog log, long sequence, int length) throws IOException {
        return prepare(log, sequence, length).await();
    }

    static Commit prepare(SegmentLog log, long sequence, int length) throws IOException {
        try (RecordWriter writer = begin(log, sequence, length)) {
            return writer.prepare(attributes(sequence));
        }
    }

    static void check(SegmentLog log, RecordLocation at, long sequence, int length)
            throws IOException {
        try (RecordReader reader = log.open(at, id(sequence))) {
            assertEquals(length, reader.header().bodyLengthBytes());
            assertArrayEquals(attributes(sequence), reader.header().attributes());
            ByteBuffer body = ByteBuffer.allocate(length);
            reader.read(body, 0);
            assertArrayEquals(content(sequence, length), body.array());
        }
        log.verify(at, id(sequence), Digest.ofBytes(content(sequence, length)));
    }
}
