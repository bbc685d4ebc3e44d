package strata.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** What every {@link Disk} does; inherited by the test of each implementation. */
public abstract class DiskContract {
    /** The disk under test, the same for all calls within one test. */
    protected abstract Disk disk();

    /** An existing empty directory of the disk. */
    protected abstract Path directory() throws IOException;

    private static byte[] content(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Path make(String name, byte[] content) throws IOException {
        Path path = directory().resolve(name);
        try (DiskFile file = disk().create(path)) {
            file.write(ByteBuffer.wrap(content), 0);
            file.sync();
        }
        disk().syncDirectory(directory());
        return path;
    }

    private byte[] read(Path path) throws IOException {
        try (DiskFile file = disk().openForReading(path)) {
            ByteBuffer all = ByteBuffer.allocate((int) file.lengthBytes());
            file.read(all, 0);
            return all.array();
        }
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        byte[] content = content(1, 100_000);
        assertArrayEquals(content, read(make("a", content)));
    }

    @Test
    void writesAndReadsAtAnyPositionWithAnyBuffer() throws IOException {
        try (DiskFile file = disk().create(directory().resolve("a"))) {
            ByteBuffer direct = ByteBuffer.allocateDirect(3000);
            direct.put(content(2, 3000)).flip();
            file.write(direct, 5000);
            assertFalse(direct.hasRemaining());
            assertEquals(8000, file.lengthBytes());
            ByteBuffer from = ByteBuffer.wrap(content(3, 10), 2, 5);
            file.write(from, 1);
            assertEquals(7, from.position());

            ByteBuffer to = ByteBuffer.allocateDirect(7).limit(6).position(1);
            file.read(to, 1);
            assertEquals(6, to.position());
            assertEquals(ByteBuffer.wrap(content(3, 10), 2, 5), to.position(1));
            ByteBuffer hole = ByteBuffer.allocate(100);
            file.read(hole, 4000);
            assertArrayEquals(new byte[100], hole.array());
        }
    }

    /** Whole pages and others in turn, what each wrote seen at once and after the sync. */
    @Test
    void directAndOtherWritesOfAFileAgree() throws IOException {
        int page = DiskFile.DIRECT_BYTES;
        byte[] expected = content(6, 9 * page);
        Path path = directory().resolve("a");
        try (DiskFile file = disk().create(path)) {
            file.allocate(8 * page);
            ByteBuffer pages = ByteBuffer.allocateDirect(10 * page).alignedSlice(page);
            pages.put(0, expected);
            file.write(ByteBuffer.wrap(expected, 0, 100), 0);
            file.writeDirect(pages.position(page).limit(5 * page), page);
            assertFalse(pages.hasRemaining());
            file.writeDirect(ByteBuffer.wrap(expected, 100, page - 100), 100);
            // Neither the position nor the memory is that of a page.
            file.writeDirect(pages.limit(6 * page + 7).position(5 * page), 5 * page);
            file.writeDirect(pages.limit(8 * page).position(6 * page + 7), 6 * page + 7);
            ByteBuffer seen = ByteBuffer.allocate(8 * page);
            file.read(seen, 0);
            assertArrayEquals(Arrays.copyOf(expected, 8 * page), seen.array());
            file.writeDirect(pages.limit(9 * page).position(8 * page), 8 * page);
            file.sync();
        }
        assertArrayEquals(expected, read(path));
    }

    @Test
    void readsExactlyOrFails() throws IOException {
        Path path = make("a", content(4, 100));
        try (DiskFile file = disk().open(path)) {
            assertThrows(EOFException.class, () -> file.read(ByteBuffer.allocate(101), 0));
            assertThrows(EOFException.class, () -> file.read(ByteBuffer.allocate(1), 100));
            assertThrows(EOFException.class, () -> file.read(ByteBuffer.allocate(1), 100_000));
            file.read(ByteBuffer.allocate(0), 100);
            file.read(ByteBuffer.allocate(1), 99);
        }
    }

    @Test
    void createsOnlyWhatIsNotThere() throws IOException {
        Path path = make("a", content(5, 10));
        assertThrows(FileAlreadyExistsException.class, () -> disk().create(path));
        assertArrayEquals(content(5, 10), read(path));
        Path lost = directory().resolve("no/such/directory/file");
        assertThrows(NoSuchFileException.class, () -> disk().create(lost));
    }

    @Test
    void opensOnlyWhatIsThere() throws IOException {
        Path none = directory().resolve("none");
        assertThrows(NoSuchFileException.class, () -> disk().open(none));
        assertThrows(NoSuchFileException.class, () -> disk().openForReading(none));
        assertFalse(disk().exists(none));
        assertTrue(disk().exists(directory()));
    }

    @Test
    void allocatesZerosAndKeepsWhatIsThere() throws IOException {
        byte[] content = content(6, 1000);
        Path path = make("a", content);
        try (DiskFile file = disk().open(path)) {
            file.allocate(3 << 20);
            assertEquals(3 << 20, file.lengthBytes());
            file.allocate(10);
            assertEquals(3 << 20, file.lengthBytes());
            ByteBuffer to = ByteBuffer.allocate(3 << 20);
            file.read(to, 0);
            byte[] expected = new byte[3 << 20];
            System.arraycopy(content, 0, expected, 0, 1000);
            assertArrayEquals(expected, to.array());
        }
    }

    @Test
    void truncatesToZerosAfterGrowingAgain() throws IOException {
        Path path = make("a", content(7, 5000));
        try (DiskFile file = disk().open(path)) {
            file.truncate(1000);
            assertEquals(1000, file.lengthBytes());
            file.truncate(2000);
            assertEquals(1000, file.lengthBytes());
            file.write(ByteBuffer.wrap(new byte[1]), 4999);
            ByteBuffer to = ByteBuffer.allocate(4000);
            file.read(to, 1000);
            assertArrayEquals(new byte[4000], to.array());
        }
    }

    @Test
    void listsByName() throws IOException {
        Path b = make("b", new byte[1]);
        Path a = make("a", new byte[1]);
        Path c = directory().resolve("c");
        disk().createDirectories(c.resolve("d"));
        assertEquals(List.of(a, b, c), disk().list(directory()));
        assertEquals(List.of(c.resolve("d")), disk().list(c));
        assertThrows(IOException.class, () -> disk().list(directory().resolve("none")));
    }

    @Test
    void makesDirectoriesOnceOrAgain() throws IOException {
        Path deep = directory().resolve("x/y/z");
        disk().createDirectories(deep);
        disk().createDirectories(deep);
        assertTrue(disk().exists(deep));
        Path file = make("file", new byte[1]);
        assertThrows(IOException.class, () -> disk().createDirectories(file.resolve("z")));
    }

    @Test
    void renamesOverAnExistingFile() throws IOException {
        Path a = make("a", content(8, 10));
        Path b = make("b", content(9, 20));
        disk().rename(a, b);
        disk().syncDirectory(directory());
        assertFalse(disk().exists(a));
        assertArrayEquals(content(8, 10), read(b));
        assertThrows(IOException.class, () -> disk().rename(a, b));
    }

    @Test
    void deletesOnceOrAgainAndOpenFilesStayReadable() throws IOException {
        Path path = make("a", content(10, 300));
        try (DiskFile file = disk().openForReading(path)) {
            disk().delete(path);
            disk().delete(path);
            assertFalse(disk().exists(path));
            ByteBuffer to = ByteBuffer.allocate(300);
            file.read(to, 0);
            assertArrayEquals(content(10, 300), to.array());
        }
    }

    @Test
    void readsTheSameFromTheMedium() throws IOException {
        byte[] content = content(11, 700_003);
        Path path = make("a", content);
        try (DiskFile file = disk().openForReading(path)) {
            file.dropCache();
            file.dropCache();
            Random random = new Random(12);
            for (int i = 0; i < 50; i++) {
                int from = random.nextInt(content.length);
                int length = random.nextInt(content.length - from + 1);
                ByteBuffer to = ByteBuffer.allocate(length);
                file.read(to, from);
                assertEquals(ByteBuffer.wrap(content, from, length), to.flip(), "seed 12 " + i);
            }
            assertThrows(EOFException.class, () -> file.read(ByteBuffer.allocate(2), 700_002));
        }
    }

    @Test
    void seesUnsyncedBytesAfterDroppingTheCache() throws IOException {
        Path path = make("a", content(13, 10_000));
        try (DiskFile file = disk().open(path)) {
            file.dropCache();
            file.write(ByteBuffer.wrap(content(14, 5000)), 3000);
            ByteBuffer to = ByteBuffer.allocate(5000);
            file.read(to, 3000);
            assertArrayEquals(content(14, 5000), to.array());
        }
    }

    @Test
    void refusesToWriteWhatWasOpenedForReading() throws IOException {
        Path path = make("a", content(15, 10));
        try (DiskFile file = disk().openForReading(path)) {
            assertThrows(RuntimeException.class, () -> file.write(ByteBuffer.wrap(new byte[1]), 0));
        }
        assertArrayEquals(content(15, 10), read(path));
    }

    @Test
    void failsTypedAfterClose() throws IOException {
        DiskFile file = disk().open(make("a", content(16, 10)));
        file.close();
        file.close();
        assertThrows(StorageException.class, () -> file.read(ByteBuffer.allocate(1), 0));
        assertThrows(StorageException.class, () -> file.write(ByteBuffer.allocate(1), 0));
        assertThrows(StorageException.class, file::sync);
    }

    @Test
    void aLockIsHeldOnceUntilItIsGivenBack() throws IOException {
        Path lock = directory().resolve("lock");
        Closeable held = disk().lock(lock).orElseThrow();
        assertTrue(disk().lock(lock).isEmpty());
        held.close();
        disk().lock(lock).orElseThrow().close();
        Path lost = directory().resolve("missing").resolve("lock");
        assertThrows(NoSuchFileException.class, () -> disk().lock(lost));
    }

    @Test
    void knowsItsSpace() throws IOException {
        assertTrue(disk().usableBytes(directory()) > 0);
        assertTrue(disk().totalBytes(directory()) >= disk().usableBytes(directory()));
        assertTrue(disk().usableBytes(directory().resolve("not/yet")) > 0);
    }

    @Test
    void servesSeveralThreadsOnOneFile() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (DiskFile file = disk().create(directory().resolve("a"))) {
            List<Future<?>> done = IntStream.range(0, 16)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> {
                        writeAndRead(file, i);
                        return null;
                    }))
                    .toList();
            for (Future<?> one : done) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void writeAndRead(DiskFile file, int i) throws IOException {
        byte[] content = content(i, 10_000);
        file.write(ByteBuffer.wrap(content), i * 10_000L);
        file.sync();
        ByteBuffer to = ByteBuffer.allocate(10_000);
        file.read(to, i * 10_000L);
        assertArrayEquals(content, to.array());
    }
}
