package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The parts that keys and rows are made of. */
class RowFormatTest {
    private static final long SEED = Long.getLong("strata.seed", 20261122L);
    private final Random random = new Random(SEED);

    private Uid uid() {
        StringBuilder text = new StringBuilder().append(random.nextInt(10));
        int length = 1 + random.nextInt(Uid.MAX_LENGTH);
        while (text.length() < length) {
            boolean dot = text.charAt(text.length() - 1) != '.' && random.nextInt(4) == 0;
            text.append(dot && text.length() < length - 1 ? "." : random.nextInt(10));
        }
        return new Uid(text.toString());
    }

    @Test
    void packedUidsComeBackAndSortAsTheirText() throws IOException {
        for (int i = 0; i < 20_000; i++) {
            Uid a = uid();
            Uid b = random.nextInt(4) == 0
                    ? new Uid(a.value()
                            .substring(0, 1 + random.nextInt(a.value().length()))
                            .replaceFirst("\\.$", "7"))
                    : uid();
            String what = "seed " + SEED + " case " + i + ": " + a + " and " + b;
            byte[] x = Keys.uid(a);
            byte[] y = Keys.uid(b);
            assertEquals(a, RowReader.decode(RowFamily.HEADS, x, RowReader::keyPart), what);
            assertEquals(
                    Integer.signum(a.compareTo(b)),
                    Integer.signum(Arrays.compareUnsigned(x, y)),
                    what);
            boolean prefix = y.length > x.length && Arrays.equals(x, Arrays.copyOf(y, x.length));
            assertTrue(!prefix, what);
        }
    }

    @Test
    void numbersAndInstantsComeBack() throws IOException {
        for (int i = 0; i < 20_000; i++) {
            long number = random.nextLong() >>> random.nextInt(64);
            Instant at = Instant.ofEpochSecond(
                    random.nextLong() >> 20 + random.nextInt(40),
                    random.nextBoolean()
                            ? random.nextInt(1000) * 1_000_000L
                            : random.nextInt(1_000_000_000));
            byte[] row = new RowWriter().varint(number).instant(at).toBytes();
            List<Object> found = RowReader.decode(
                    RowFamily.INSTANCES, row, in -> List.of(in.varint(), in.instant()));
            assertEquals(List.of(number, at), found, "seed " + SEED + " case " + i);
        }
        byte[] endless = new byte[12];
        Arrays.fill(endless, (byte) 0x80);
        assertThrows(
                CatalogDamagedException.class,
                () -> RowReader.decode(RowFamily.INSTANCES, endless, RowReader::varint));
    }

    @Test
    void uidsThatTheKeyHoldsAreNotKeptTwice() throws IOException {
        InstanceKey key = Samples.key(1, 2, 3);
        DataSet plain = Samples.keys(key);
        IndexedKeys kept = IndexedKeys.of(key, plain);
        assertEquals(kept.data(), IndexedKeys.decode(key, kept.row()));
        DataSet without =
                KeyRow.copy(plain).remove(Tag.StudyInstanceUID).remove(Tag.SOPInstanceUID);
        assertTrue(kept.row().length
                <= IndexedKeys.of(key, without.remove(Tag.SeriesInstanceUID)).row().length);
        // Padded with a blank, as some devices do: kept as it came.
        DataSet odd = Samples.keys(key)
                .putBytes(Tag.SOPInstanceUID, Vr.UI, (key.instance().value() + " ").getBytes());
        IndexedKeys keptOdd = IndexedKeys.of(key, odd);
        DataSet back = IndexedKeys.decode(key, keptOdd.row());
        assertArrayEquals(odd.bytes(Tag.SOPInstanceUID), back.bytes(Tag.SOPInstanceUID));
    }

    @Test
    void theNumbersOfVrsAreFixed() {
        String names = Arrays.toString(Vr.values());
        assertEquals(
                "[AE, AS, AT, CS, DA, DS, DT, FD, FL, IS, LO, LT, OB, OD, OF, OL, OV, OW, PN, SH, SL,"
                        + " SQ, SS, ST, SV, TM, UC, UI, UL, UN, UR, US, UT, UV]",
                names,
                "rows name VRs by their place: a change needs a new format version of the catalog");
    }
}
