package strata.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final AtomicLong nanos = new AtomicLong();

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void plainLinesEveryFewSecondsAndOneAtTheEnd() {
        try (Progress progress = new Progress(out, false, "sent", 100, nanos::get)) {
            progress.add(10, 1024);
            assertEquals("", shown());
            nanos.addAndGet(4_000_000_000L);
            progress.add(10, 1024);
            assertEquals(
                    "sent: 20 of 100 objects (20 %), 5 objects/s, 2.00 KiB, 512 B/s, 16.0 s left\n",
                    shown());
            progress.add(80, 0);
        }
        assertTrue(shown().endsWith("\nsent: 100 objects, 2.00 KiB in 4.0 s, 512 B/s\n"), shown());
    }

    @Test
    void aBarThatIsDrawnOverItself() {
        try (Progress progress = new Progress(out, true, "sent", 4, nanos::get)) {
            nanos.addAndGet(200_000_000L);
            progress.add(2, 0);
            progress.line("a word");
        }
        assertTrue(shown().contains("[############............]"), shown());
        assertTrue(shown().contains("\r\u001b[Ka word\n"), shown());
        assertTrue(shown().endsWith("\r\u001b[Ksent: 2 objects, 0 B in 0.2 s\n"), shown());
    }

    @Test
    void sizesAndTimes() {
        assertEquals("0 B", Text.bytes(0));
        assertEquals("1023 B", Text.bytes(1023));
        assertEquals("1.50 MiB", Text.bytes(3 << 19));
        assertEquals("8.00 EiB", Text.bytes(Long.MAX_VALUE));
        assertEquals("1:05 min", Text.seconds(65.2));
        assertEquals("2:01 h", Text.seconds(7290));
    }

    @Test
    void textThatSteersNoTerminal() {
        assertEquals("Müller^Änne", Text.safe("Müller^Änne"));
        assertEquals("山田^太郎", Text.safe("山田^太郎"));
        assertEquals("a\\u001b[31m\\u000ab\\u202ec", Text.safe("a\u001b[31m\nb\u202ec"));
        assertEquals("\\u009b\\u00a0\\ud800", Text.safe("\u009b\u00a0\ud800"));
    }

    @Test
    void columnsAreAligned() {
        assertEquals(
                List.of("NAME    COUNT", "a           1", "longer     12"),
                Text.table(
                        List.of("NAME", ">COUNT"),
                        List.of(List.of("a", "1"), List.of("longer", "12"))));
    }
}
