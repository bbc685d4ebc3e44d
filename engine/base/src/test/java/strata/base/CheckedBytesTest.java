package strata.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Arrays;

final class CheckedBytesTest {
    private static final CheckedBytes FORM = new CheckedBytes("STRATEST", 2);

    private static byte[] written(CheckedBytes form) {
        return form.write(out -> {
            CheckedBytes.writeText(out, "a name");
            out.writeLong(7);
        });
    }

    private static String read(byte[] bytes) throws IOException {
        return FORM.read(
                bytes, "file", "a name", in -> CheckedBytes.readText(in) + " " + in.readLong());
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        assertEquals("a name 7", read(written(FORM)));
        assertEquals("a name 7", read(written(new CheckedBytes("STRATEST", 1))));
    }

    @Test
    void eachFlippedBitAndEachCutIsNoticed() {
        byte[] sound = written(FORM);
        for (int bit = 0; bit < 8 * sound.length; bit++) {
            byte[] flipped = sound.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(IOException.class, () -> read(flipped), "bit " + bit);
        }
        for (int length = 0; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            assertThrows(IOException.class, () -> read(cut), "length " + length);
        }
    }

    @Test
    void anotherKindANewerOneAndOtherContentAreToldApart() {
        FormatException other = assertThrows(
                FormatException.class, () -> read(written(new CheckedBytes("STRAELSE", 2))));
        assertEquals(FormatException.Kind.WRONG_FILE, other.kind());
        FormatException newer = assertThrows(
                FormatException.class, () -> read(written(new CheckedBytes("STRATEST", 3))));
        assertEquals(FormatException.Kind.TOO_NEW, newer.kind());
        byte[] shorter = FORM.write(out -> out.writeByte(200));
        assertThrows(CorruptDataException.class, () -> read(shorter));
    }
}
