package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import strata.base.Uid;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

class DataSetWriterTest {
    private static final List<TransferSyntax> NATIVE = List.of(
            TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN,
            TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN,
            TransferSyntax.EXPLICIT_VR_BIG_ENDIAN,
            TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN);

    @Test
    void writesTheGoldenBytes() {
        DataSet dataSet = new DataSet()
                .putString(Tag.PatientID, Vr.LO, "AB\u0043")
                .putUid(Tag.SOPInstanceUID, new Uid("1.2"))
                .putItems(
                        Tag.ReferencedImageSequence,
                        List.of(new DataSet().putInt(Tag.Rows, Vr.US, 0x0102)));
        assertEquals(
                "0800180055490400312e3200"
                        + "080040115351000012000000feff00e00a000000280010005553020002" + "01"
                        + "100020004c4f040041424320",
                HexFormat.of()
                        .formatHex(DataSetWriter.toBytes(
                                dataSet, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN)));
        assertEquals(
                "0008001855490004312e3200"
                        + "000811405351000000000012fffee0000000000a002800105553000201" + "02"
                        + "001000204c4f000441424320",
                HexFormat.of()
                        .formatHex(DataSetWriter.toBytes(
                                dataSet, TransferSyntax.EXPLICIT_VR_BIG_ENDIAN)));
    }

    @Test
    void commandSetStartsWithItsLength() throws Exception {
        byte[] bytes = DataSetWriter.commandSet(new DataSet()
                .putInt(Tag.CommandField, Vr.US, 0x30)
                .putUid(Tag.AffectedSOPClassUID, SopClasses.VERIFICATION));
        DataSet read = DataSetReader.read(bytes, TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN);
        assertEquals(bytes.length - 12, read.intValue(Tag.CommandGroupLength).orElseThrow());
        assertEquals(0x30, read.intValue(Tag.CommandField).orElseThrow());
    }

    @Test
    void aLongValueOfAShortVrIsWrittenAsUn() throws Exception {
        DataSet dataSet = new DataSet().putBytes(0x00091001, Vr.LO, new byte[70_000]);
        byte[] bytes = DataSetWriter.toBytes(dataSet, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        DataSet read = DataSetReader.read(bytes, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        assertEquals(Vr.UN, read.vr(0x00091001));
        assertEquals(70_000, read.bytes(0x00091001).length);
    }

    @Test
    void doesNotWriteWhatIsNotInMemory() {
        DataSet dataSet = new DataSet().put(new Element.Bulk(Tag.PixelData, Vr.OW, 0, 10, false));
        assertThrows(
                IllegalArgumentException.class,
                () -> DataSetWriter.toBytes(dataSet, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN));
    }

    @Test
    void sharedFilesSurviveEverySyntax() throws Exception {
        for (SharedDicom.Entry entry : SharedDicom.sample()) {
            if (Files.size(entry.file()) > 600_000) {
                continue;
            }
            Part10.Content content = Part10.read(entry.file());
            DataSet original = content.dataSet();
            boolean encapsulated = content.header().syntax().isEncapsulated();
            for (TransferSyntax syntax :
                    encapsulated ? List.of(content.header().syntax()) : NATIVE) {
                byte[] bytes = DataSetWriter.toBytes(original, syntax);
                DataSet read = DataSetReader.read(bytes, syntax);
                assertArrayEquals(
                        bytes, DataSetWriter.toBytes(read, syntax), entry.path() + " " + syntax);
                if (syntax.isExplicit()) {
                    assertSame(original, read, entry.path() + " " + syntax);
                }
            }
        }
    }

    /** Equal but for padding of odd values and for group lengths, which are not written. */
    private static void assertSame(DataSet a, DataSet b, String where) {
        for (Element element : a.elements()) {
            if (Tag.isGroupLength(element.tag())) {
                continue;
            }
            int tag = element.tag();
            if (element instanceof Element.Items items) {
                List<DataSet> others = b.items(tag);
                assertEquals(items.items().size(), others.size(), where);
                for (int i = 0; i < others.size(); i++) {
                    assertSame(items.items().get(i), others.get(i), where);
                }
            } else if (element instanceof Element.Value value) {
                assertEquals(value.vr(), b.vr(tag), where + Tag.toString(tag));
                assertEquals(
                        ByteBuffer.wrap(value.bytes()),
                        ByteBuffer.wrap(b.bytes(tag), 0, value.bytes().length),
                        where + Tag.toString(tag));
            }
        }
    }

    @Test
    void randomTreesReadBackAsWritten() throws Exception {
        for (long seed = 0; seed < 300; seed++) {
            DataSet tree = randomTree(new Random(seed), 0);
            for (TransferSyntax syntax : NATIVE.subList(1, 4)) {
                byte[] bytes = DataSetWriter.toBytes(tree, syntax);
                DataSet read = DataSetReader.read(bytes, syntax);
                assertEquals(tree, read, "seed " + seed);
                assertArrayEquals(bytes, DataSetWriter.toBytes(read, syntax), "seed " + seed);
            }
        }
    }

    private static DataSet randomTree(Random random, int depth) {
        DataSet dataSet = new DataSet();
        for (int n = random.nextInt(12); n > 0; n--) {
            int tag = (8 + 2 * random.nextInt(40)) << 16 | 1 + random.nextInt(0xFFFF);
            Vr vr = Vr.values()[random.nextInt(Vr.values().length)];
            if (vr == Vr.SQ) {
                List<DataSet> items = new ArrayList<>();
                for (int i = random.nextInt(depth < 4 ? 4 : 1); i > 0; i--) {
                    items.add(randomTree(random, depth + 1));
                }
                dataSet.putItems(tag, items);
            } else {
                byte[] value = new byte[random.nextInt(8) * 8];
                random.nextBytes(value);
                dataSet.putBytes(tag, vr, value);
            }
        }
        return dataSet;
    }
}
