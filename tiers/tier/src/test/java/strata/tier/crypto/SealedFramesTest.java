package strata.tier.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;
import strata.base.Metrics;
import strata.base.Uid;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

class SealedFramesTest {
    private static final int FRAME = SealedFormat.FRAME_BYTES;
    private static final int SEALED = SealedFormat.SEALED_FRAME_BYTES;
    private static final int HEADER = SealedFormat.HEADER_LENGTH;
    private static final Uid STUDY = new Uid("1.2.3");

    private KeyLedger keys;

    @BeforeEach
    void openLedger() throws Exception {
        keys = KeyLedger.open(
                MemoryKeys.siteKeys(1), new MemoryKeys(), Metrics.none(), Clock.systemUTC());
    }

    private byte[] seal(byte[] plain, int name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer id = ByteBuffer.allocate(16).putInt(name).rewind();
        SealingStream stream = new SealingStream(keys.forStudy(STUDY), id, out);
        int at = 0;
        for (int step = 1; at < plain.length; step = step * 3 + 1) {
            int count = Math.min(step, plain.length - at);
            stream.write(plain, at, count);
            at += count;
        }
        long length = stream.finish();
        assertEquals(out.size(), length);
        return out.toByteArray();
    }

    private SealedFrames open(byte[] sealed) throws IOException {
        return open(sealed, new AtomicLong());
    }

    private SealedFrames open(byte[] sealed, AtomicLong fetched) throws IOException {
        return SealedFrames.open(
                "file",
                (to, position) -> {
                    fetched.addAndGet(to.remaining());
                    to.put(sealed, (int) position, to.remaining());
                },
                sealed.length,
                keys);
    }

    private static byte[] read(SealedFrames frames, long at, int count) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(count);
        frames.read(out, at);
        return out.array();
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void everyLengthComesBack() throws Exception {
        int[] lengths = {0, 1, 15, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 40 * FRAME + 77};
        for (int length : lengths) {
            byte[] plain = noise(length);
            SealedFrames frames = open(seal(plain, 1));
            assertEquals(length, frames.plainBytes());
            assertArrayEquals(plain, read(frames, 0, length), "length " + length);
            assertThrows(EOFException.class, () -> read(frames, length, 1));
            Random random = new Random(length);
            for (int i = 0; i < 50; i++) {
                int from = random.nextInt(length + 1);
                int count = random.nextInt(length - from + 1);
                assertArrayEquals(
                        Arrays.copyOfRange(plain, from, from + count), read(frames, from, count));
            }
        }
    }

    @Test
    void aPartCostsOnlyItsFrames() throws Exception {
        byte[] sealed = seal(noise(100 * FRAME), 1);
        AtomicLong fetched = new AtomicLong();
        SealedFrames frames = open(sealed, fetched);
        fetched.set(0);
        read(frames, 50L * FRAME + 100, 200);
        read(frames, 50L * FRAME + 300, 200);
        assertEquals(SEALED, fetched.get());
        read(frames, 60L * FRAME - 1, 2);
        assertEquals(3L * SEALED, fetched.get());
    }

    @Test
    void everyDamagedByteIsNoticed() throws Exception {
        byte[] plain = noise(700);
        byte[] sealed = seal(plain, 1);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] wrong = sealed.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(
                    CorruptDataException.class,
                    () -> read(open(wrong), 0, plain.length),
                    "bit " + bit);
        }
    }

    @Test
    void framesStayInTheirPlace() throws Exception {
        byte[] sealed = seal(noise(4 * FRAME), 1);
        byte[] exchanged = sealed.clone();
        System.arraycopy(sealed, HEADER, exchanged, HEADER + SEALED, SEALED);
        System.arraycopy(sealed, HEADER + SEALED, exchanged, HEADER, SEALED);
        assertThrows(CorruptDataException.class, () -> read(open(exchanged), 0, 10));

        byte[] shorter = Arrays.copyOf(sealed, sealed.length - SEALED);
        SealedFrames cut = open(shorter);
        assertEquals(3L * FRAME, cut.plainBytes());
        assertThrows(CorruptDataException.class, () -> read(cut, 3L * FRAME - 1, 1));
        byte[] longer = Arrays.copyOf(sealed, sealed.length + SEALED);
        System.arraycopy(sealed, HEADER, longer, sealed.length, SEALED);
        assertThrows(CorruptDataException.class, () -> read(open(longer), 4L * FRAME, 1));

        byte[] other = seal(noise(4 * FRAME), 2);
        byte[] mixed = sealed.clone();
        System.arraycopy(other, HEADER, mixed, HEADER, SEALED);
        assertThrows(CorruptDataException.class, () -> read(open(mixed), 0, 1));
    }

    @Test
    void theSameBytesSealedTwiceHaveNothingInCommon() throws Exception {
        byte[] plain = new byte[FRAME];
        byte[] one = seal(plain, 1);
        byte[] two = seal(plain, 1);
        int same = 0;
        for (int i = HEADER; i < one.length; i++) {
            same += one[i] == two[i] ? 1 : 0;
        }
        assertTrue(same < FRAME / 100, "equal bytes: " + same);
    }

    @Test
    void withoutItsKeyNothingIsRead() throws Exception {
        byte[] sealed = seal(noise(100), 1);
        SealedFrames before = open(sealed);
        assertEquals(100, before.plainBytes());
        keys.shred(STUDY);
        MissingKeyException gone = assertThrows(MissingKeyException.class, () -> open(sealed));
        assertEquals(MissingKeyException.Kind.SHREDDED, gone.kind());
    }
}
