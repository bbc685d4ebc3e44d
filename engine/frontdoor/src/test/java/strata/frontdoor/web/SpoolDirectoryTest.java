package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.ByteRange;
import strata.base.LocalDisk;
import strata.base.StorageException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class SpoolDirectoryTest {
    @TempDir
    Path folder;

    private static MultipartReader parts(String... texts) throws IOException {
        StringBuilder body = new StringBuilder();
        for (String text : texts) {
            body.append("--x\r\n\r\n").append(text).append("\r\n");
        }
        byte[] bytes = body.append("--x--").toString().getBytes(StandardCharsets.US_ASCII);
        return new MultipartReader(
                new ByteArrayInputStream(bytes), "x", MultipartReader.Limits.DEFAULT);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    @Test
    void partsComeBackAndNoFileHasAName() throws IOException {
        SpoolDirectory spools = SpoolDirectory.open(new LocalDisk(), folder, 0);
        MultipartReader reader = parts("first", "the second");
        try (Spool spool = spools.begin(1000);
                Spool other = spools.begin(1000)) {
            assertEquals(List.of(), files());
            assertTrue(reader.next());
            ByteRange first = spool.take(reader, 100);
            assertTrue(reader.next());
            ByteRange second = spool.take(reader, 100);
            try (InputStream in = spool.open(second)) {
                assertArrayEquals(
                        "the second".getBytes(StandardCharsets.US_ASCII), in.readAllBytes());
            }
            try (InputStream in = spool.open(first)) {
                assertArrayEquals("first".getBytes(StandardCharsets.US_ASCII), in.readAllBytes());
            }
            assertThrows(IOException.class, () -> other.open(first).read());
        }
        assertEquals(List.of(), files());
    }

    @Test
    void whatACrashLeftIsRemoved() throws IOException {
        Files.writeString(folder.resolve("7"), "left");
        SpoolDirectory.open(new LocalDisk(), folder, 0);
        assertEquals(List.of(), files());
    }

    @Test
    void theReserveOfTheMediumIsNotTaken() throws IOException {
        SpoolDirectory spools = SpoolDirectory.open(new LocalDisk(), folder, Long.MAX_VALUE);
        StorageException full = assertThrows(StorageException.class, () -> spools.begin(1000));
        assertEquals(StorageException.Kind.FULL, full.kind());
        assertEquals(List.of(), files());
    }
}
