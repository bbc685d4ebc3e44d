package strata.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;

class IdsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "../../etc/passwd", "/etc", "1.2\0", "1..2", ".1", "1.", "1.2 "})
    void refusesWhatIsNoUid(String text) {
        assertFalse(Uid.isValid(text));
        assertThrows(IllegalArgumentException.class, () -> new Uid(text));
    }

    @Test
    void boundsUidLength() {
        assertTrue(Uid.isValid("1".repeat(64)));
        assertFalse(Uid.isValid("1".repeat(65)));
    }

    @Test
    void stripsAeTitleAndRefusesControlCharacters() {
        assertEquals("STRATA", new AeTitle(" STRATA  ").value());
        assertThrows(IllegalArgumentException.class, () -> new AeTitle("A\r\nB"));
        assertThrows(IllegalArgumentException.class, () -> new AeTitle("A\u001b[1m"));
        assertThrows(IllegalArgumentException.class, () -> new AeTitle("   "));
        assertThrows(IllegalArgumentException.class, () -> new AeTitle("12345678901234567"));
    }

    @Test
    void objectIdSurvivesTextAndBytes() {
        ObjectId id = new ObjectId(new SiteId(-2), 77);
        assertEquals(id, ObjectId.parse(id.toString()));
        ByteBuffer bytes = ByteBuffer.allocate(ObjectId.LENGTH_BYTES);
        id.write(bytes);
        assertEquals(id, ObjectId.read(bytes.flip()));
    }

    @Test
    void digestIsSha256() {
        assertEquals(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                Digest.ofBytes("abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .toString());
        Digest digest = Digest.ofBytes(new byte[3]);
        assertEquals(digest, Digest.parse(digest.toString()));
    }

    @Test
    void aLineKeepsLettersAndTakesNothingTwice() {
        String line =
                Printable.line("größer:\t\"a\\b\"\r\n\u001b[1m\u202e \ud83d\ude00\ud83d", 100);
        assertEquals("größer: \"a\\b\" ?[1m? \ud83d\ude00?", line);
        assertEquals(line, Printable.line(line, 100));
        assertEquals("ab", Printable.line("ab\ud83d\ude00", 3), "no half of a pair");
    }

    @Test
    void printableEscapesWhatCouldForgeALogLine() {
        assertEquals("\"a\\u000d\\u000ab\\u001b\"", Printable.of("a\r\nb\u001b"));
        assertTrue(Printable.of("x".repeat(1000)).length() < 130);
    }
}
