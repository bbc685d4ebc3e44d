package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

class DataSetParserTest {
    private static final TransferSyntax IMPLICIT = TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN;
    private static final TransferSyntax EXPLICIT = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;
    private static final TransferSyntax BIG = TransferSyntax.EXPLICIT_VR_BIG_ENDIAN;
    private static final TransferSyntax DEFLATED =
            TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;

    static byte[] hex(String... parts) {
        return HexFormat.of().parseHex(String.join("", parts).replace(" ", ""));
    }

    private static List<String> events(byte[] bytes, TransferSyntax syntax, Random cuts)
            throws MalformedDicomException {
        EventLog log = new EventLog();
        try (DataSetParser parser = new DataSetParser(syntax, log, ParseLimits.STREAMING)) {
            for (int at = 0; at < bytes.length; ) {
                int n = cuts == null ? bytes.length : 1 + cuts.nextInt(1 << cuts.nextInt(14));
                n = Math.min(n, bytes.length - at);
                parser.feed(ByteBuffer.wrap(bytes, at, n));
                at += n;
            }
            parser.finish();
        }
        return log.events;
    }

    private static String refusal(byte[] bytes, TransferSyntax syntax) {
        return assertThrows(
                        MalformedDicomException.class,
                        () -> DataSetReader.read(
                                ByteBuffer.wrap(bytes), syntax, ParseLimits.IN_MEMORY))
                .getMessage();
    }

    // ---- golden bytes

    @Test
    void readsImplicitLittleEndian() throws Exception {
        DataSet read = DataSetReader.read(
                hex(
                        "0800 1600 04000000 312e3200", // SOP Class UID 1.2
                        "0800 4011 ffffffff", // Referenced Image Sequence
                        "feff 00e0 ffffffff",
                        "0800 5511 04000000 312e3300",
                        "feff 0de0 00000000 feff dde0 00000000",
                        "1900 1000 04000000 41434d45", // private creator ACME
                        "1900 0110 02000000 0700",
                        "2800 1000 02000000 0002"),
                IMPLICIT);
        assertEquals("1.2", read.string(Tag.SOPClassUID).orElseThrow());
        assertEquals(
                "1.3",
                read.items(Tag.ReferencedImageSequence)
                        .get(0)
                        .string(Tag.ReferencedSOPInstanceUID)
                        .orElseThrow());
        assertEquals(Vr.LO, read.vr(0x00190010));
        assertEquals(Vr.UN, read.vr(0x00191001));
        assertEquals(512, read.intValue(Tag.Rows).orElseThrow());
    }

    @Test
    void readsExplicitBigEndian() throws Exception {
        DataSet read = DataSetReader.read(
                hex(
                        "0008 0016 5549 0004 312e3200",
                        "0008 1140 5351 0000 00000014", // sequence of 20 bytes
                        "fffe e000 0000000c",
                        "0008 1155 5549 0004 312e3300",
                        "0028 0010 5553 0002 0200",
                        "0028 0009 4154 0004 0018 1063",
                        "7fe0 0010 4f57 0000 00000004 0102 0304"),
                BIG);
        assertEquals(512, read.intValue(Tag.Rows).orElseThrow());
        assertEquals("00181063", read.string(Tag.FrameIncrementPointer).orElseThrow());
        assertArrayEquals(new byte[] {2, 1, 4, 3}, read.bytes(Tag.PixelData));
        assertEquals(1, read.items(Tag.ReferencedImageSequence).size());
    }

    @Test
    void readsFragmentsAndTheOffsetTable() throws Exception {
        byte[] bytes = hex(
                "e07f 1000 4f42 0000 ffffffff",
                "feff 00e0 04000000 00000000 feff 00e0 02000000 ffd8 feff dde0 00000000");
        Element.Fragments pixels =
                (Element.Fragments) DataSetReader.read(bytes, TransferSyntax.JPEG_BASELINE)
                        .element(Tag.PixelData)
                        .orElseThrow();
        assertEquals(2, pixels.fragments().size());
        assertArrayEquals(
                bytes,
                DataSetWriter.toBytes(new DataSet().put(pixels), TransferSyntax.JPEG_BASELINE));
    }

    @Test
    void readsUnknownSequenceAsImplicitAlsoInsideBigEndian() throws Exception {
        // PS3.5 6.2.2 note 2: UN of undefined length holds implicit little endian.
        String content =
                "feff 00e0 ffffffff 0800 5511 04000000 312e3300 feff 0de0 00000000 feff dde0 00000000";
        for (TransferSyntax syntax : List.of(EXPLICIT, BIG)) {
            String head =
                    syntax == BIG ? "0009 1001 554e 0000 ffffffff" : "0900 0110 554e 0000 ffffffff";
            String tail = syntax == BIG ? "0028 0010 5553 0002 0200" : "2800 1000 5553 0200 0002";
            DataSet read = DataSetReader.read(hex(head, content, tail), syntax);
            assertEquals(
                    "1.3",
                    read.items(0x00091001)
                            .get(0)
                            .string(Tag.ReferencedSOPInstanceUID)
                            .orElseThrow());
            assertEquals(512, read.intValue(Tag.Rows).orElseThrow());
        }
    }

    @Test
    void keepsUnknownVrsAsUnAndFlagsThem() throws Exception {
        DataSetReader.Result result = DataSetReader.read(
                ByteBuffer.wrap(hex(
                        "0800 1600 5549 0400 312e3200",
                        "0900 0110 5a5a 0000 02000000 0102", // ZZ: long form
                        "0900 0210 3f3f 0200 0304", // ??: short form
                        "0900 0310 4c4f 0300 414243")), // odd length
                EXPLICIT,
                ParseLimits.IN_MEMORY);
        assertEquals(
                Set.of(Oddity.UNKNOWN_VR, Oddity.INVALID_VR, Oddity.ODD_LENGTH),
                result.oddities().kinds());
        assertEquals(Vr.UN, result.dataSet().vr(0x00091001));
        assertEquals("ABC", result.dataSet().string(0x00091003).orElseThrow());
    }

    // ---- hostile inputs 26 to 37

    @Test
    void refusesAValueThatIsNotThereWithoutAllocatingIt() {
        // 26: 2 GiB in a few bytes, at the top and in an item.
        assertTrue(refusal(hex("0900 0110 554e 0000 00000080 01"), EXPLICIT)
                .contains("beyond the limit"));
        assertTrue(refusal(hex("0900 0110 554e 0000 02000010 01"), EXPLICIT)
                .contains("beyond the limit"));
        assertTrue(refusal(hex("0900 0110 554e 0000 00000002 01"), EXPLICIT).contains("early"));
        assertTrue(refusal(
                        hex(
                                "0800 4011 5351 0000 14000000 feff 00e0 0c000000",
                                "0800 5511 5549 0500 312e330000"),
                        EXPLICIT)
                .contains("crosses the end"));
    }

    @Test
    void refusesUndefinedLengthOnPlainValues() {
        // 27
        assertTrue(refusal(hex("0900 0110 4f42 0000 ffffffff"), EXPLICIT)
                .contains("undefined length"));
        assertTrue(refusal(hex("0800 1600 ffffffff"), IMPLICIT).contains("undefined length"));
        assertTrue(refusal(hex("e07f 1000 4f42 0000 ffffffff feff 00e0 ffffffff"), EXPLICIT)
                .contains("fragment of undefined length"));
    }

    @Test
    void boundsDepthItemsAndElements() {
        // 28, 29
        byte[] level = hex("0800 4011 ffffffff feff 00e0 ffffffff");
        ByteArrayOutputStream deep = new ByteArrayOutputStream();
        for (int i = 0; i < 10_000; i++) {
            deep.writeBytes(level);
        }
        assertTrue(refusal(deep.toByteArray(), IMPLICIT).contains("nested deeper"));
        ByteArrayOutputStream wide = new ByteArrayOutputStream();
        wide.writeBytes(hex("0800 4011 ffffffff"));
        byte[] items = new byte[8 * 10_000];
        for (int i = 0; i < items.length; i += 8) {
            System.arraycopy(hex("feff 00e0 00000000"), 0, items, i, 8);
        }
        for (int i = 0; i < 1000; i++) {
            wide.writeBytes(items);
        }
        assertTrue(refusal(wide.toByteArray(), IMPLICIT).contains("items"));
        byte[] elements = new byte[8 * 1_100_000];
        for (int i = 0; i < elements.length; i += 8) {
            elements[i] = 9;
            elements[i + 2] = (byte) (i >> 3);
            elements[i + 3] = (byte) (i >> 11);
        }
        assertTrue(refusal(elements, IMPLICIT).contains("elements"));
    }

    @Test
    void refusesMissingAndMisplacedDelimiters() {
        // 30
        String item = "0800 4011 ffffffff feff 00e0 ffffffff 0800 5511 04000000 312e3300";
        assertTrue(refusal(hex(item), IMPLICIT).contains("ends inside a sequence"));
        assertTrue(refusal(hex(item, "feff dde0 00000000"), IMPLICIT).contains("ends nothing"));
        assertTrue(refusal(hex(item, "feff 0de0 00000000"), IMPLICIT).contains("ends inside"));
        assertTrue(refusal(hex("feff 00e0 00000000"), IMPLICIT).contains("outside a sequence"));
        assertTrue(refusal(hex("feff 0de0 00000000"), IMPLICIT).contains("ends nothing"));
    }

    @Test
    void stopsADeflateBomb() throws Exception {
        // 31: a gigabyte of zeros in a megabyte.
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate =
                new DeflaterOutputStream(out, new Deflater(9, true), 1 << 16)) {
            deflate.write(hex("e07f 1000 4f42 0000 00000040"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 1024; i++) {
                deflate.write(zeros);
            }
        }
        HeaderCapture capture = new HeaderCapture(DEFLATED, Set.of());
        MalformedDicomException e = assertThrows(
                MalformedDicomException.class,
                () -> capture.feed(ByteBuffer.wrap(out.toByteArray())));
        assertTrue(e.getMessage().contains("inflates by more"), e.getMessage());
        assertTrue(
                refusal(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, DEFLATED).contains("deflated data"));
    }

    @Test
    void detectsAWrongLabel() {
        // 32
        DataSet some = new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 100")
                .putUid(Tag.SOPClassUID, SopClasses.CT_IMAGE)
                .putInt(Tag.Rows, Vr.US, 1);
        assertTrue(
                refusal(DataSetWriter.toBytes(some, IMPLICIT), EXPLICIT).contains("says explicit"));
        assertTrue(
                refusal(DataSetWriter.toBytes(some, EXPLICIT), IMPLICIT).contains("says implicit"));
        refusal(DataSetWriter.toBytes(some, EXPLICIT), BIG);
        refusal(DataSetWriter.toBytes(some, BIG), EXPLICIT);
        refusal(DataSetWriter.toBytes(some, BIG), IMPLICIT);
        refusal(DataSetWriter.toBytes(some, EXPLICIT), DEFLATED);
    }

    @Test
    void readsAnItemThatIsEncodedTheOtherWay() throws Exception {
        DataSetReader.Result implicitItem = DataSetReader.read(
                ByteBuffer.wrap(hex(
                        "0800 4011 5351 0000 ffffffff feff 00e0 ffffffff",
                        "0800 5511 04000000 312e3300 feff 0de0 00000000",
                        "feff dde0 00000000 2800 1000 5553 0200 0002")),
                EXPLICIT,
                ParseLimits.IN_MEMORY);
        DataSetReader.Result explicitItem = DataSetReader.read(
                ByteBuffer.wrap(hex(
                        "0800 4011 14000000 feff 00e0 0c000000",
                        "0800 5511 5549 0400 312e3300 2800 1000 02000000 0002")),
                IMPLICIT,
                ParseLimits.IN_MEMORY);
        for (DataSetReader.Result result : List.of(implicitItem, explicitItem)) {
            assertEquals(Set.of(Oddity.MIXED_ENCODING), result.oddities().kinds());
            assertEquals(512, result.dataSet().intValue(Tag.Rows).orElseThrow());
            assertEquals(
                    "1.3",
                    result.dataSet()
                            .items(Tag.ReferencedImageSequence)
                            .get(0)
                            .string(Tag.ReferencedSOPInstanceUID)
                            .orElseThrow());
        }
    }

    @Test
    void boundsTheItemsThatAreHeld() {
        HeaderCapture capture = new HeaderCapture(IMPLICIT, Set.of(Tag.ReferencedImageSequence));
        byte[] items = new byte[8 * 100_000];
        for (int i = 0; i < items.length; i += 8) {
            System.arraycopy(hex("feff 00e0 00000000"), 0, items, i, 8);
        }
        assertThrows(MalformedDicomException.class, () -> {
            capture.feed(ByteBuffer.wrap(hex("0800 4011 ffffffff")));
            capture.feed(ByteBuffer.wrap(items));
        });
    }

    // ---- pieces, mutations

    @Test
    void piecesOfAnySizeGiveTheSameEvents() throws Exception {
        long seed = 20261121;
        Random random = new Random(seed);
        for (SharedDicom.Entry entry : SharedDicom.sample()) {
            if (Files.size(entry.file()) > 200_000) {
                continue;
            }
            try (InputStream in = Files.newInputStream(entry.file())) {
                Part10.Opened opened = Part10.open(in);
                byte[] body = opened.dataSet().readAllBytes();
                TransferSyntax syntax = opened.header().syntax();
                List<String> whole = events(body, syntax, null);
                assertEquals(whole, events(body, syntax, random), entry.path() + " seed " + seed);
                EventLog single = new EventLog();
                try (DataSetParser parser =
                        new DataSetParser(syntax, single, ParseLimits.STREAMING)) {
                    for (int at = 0; at < body.length; at++) {
                        parser.feed(ByteBuffer.wrap(body, at, 1));
                    }
                    parser.finish();
                }
                assertEquals(whole, single.events, entry.path());
            }
        }
    }

    @Test
    void damagedFilesRaiseOnlyTheirException() throws Exception {
        long seed = 7;
        Random random = new Random(seed);
        List<SharedDicom.Entry> files = SharedDicom.all();
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            SharedDicom.Entry entry = files.get(random.nextInt(files.size()));
            if (Files.size(entry.file()) > 60_000) {
                continue;
            }
            byte[] bytes = Files.readAllBytes(entry.file());
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                int at = random.nextInt(Math.min(bytes.length, 4000));
                bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : -1);
            }
            byte[] cut = random.nextInt(4) == 0
                    ? Arrays.copyOf(bytes, random.nextInt(bytes.length))
                    : bytes;
            refused += survives(cut, entry.path() + " seed " + seed + " round " + i);
        }
        assertTrue(refused > 0);
    }

    private static int survives(byte[] bytes, String where) {
        try {
            DataSet read = Part10.read(new java.io.ByteArrayInputStream(bytes)).dataSet();
            read.toUtf8();
            for (Element element : read.elements()) {
                read.strings(element.tag());
                read.longValue(element.tag());
                read.personName(element.tag());
            }
            DataSetWriter.toBytes(read, EXPLICIT);
            return 0;
        } catch (MalformedDicomException e) {
            return 1;
        } catch (Exception e) {
            throw new AssertionError(where, e);
        }
    }

    @Test
    void randomBytesRaiseOnlyTheirException() {
        long seed = 99;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            TransferSyntax syntax = List.of(IMPLICIT, EXPLICIT, BIG, DEFLATED).get(i & 3);
            try {
                DataSetReader.read(bytes, syntax);
            } catch (MalformedDicomException expected) {
                assertTrue(expected.offset() >= 0);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + i, e);
            }
        }
    }
}
