package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.network.AssociationPolicy;
import strata.network.AssociationRequest;
import strata.network.StoreCompletion;
import strata.network.StoreRequest;
import strata.network.StoreSink;
import strata.network.dimse.DimseException;
import strata.network.dimse.Priority;
import strata.network.dimse.Status;
import strata.network.pdu.AssociateRq;
import strata.network.pdu.ContextAnswer;
import strata.network.pdu.ProposedContext;
import strata.network.pdu.UserInformation;
import strata.store.TestStore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;

/**
 * Hostile inputs 22 to 41 as they come by C-STORE: each has exactly its outcome. Broken structure
 * is refused and leaves nothing; odd content is stored bit for bit.
 */
final class HostileDataSetTest {
    private static final Uid INSTANCE = Studies.instance(Studies.STUDY, 1, 1);
    private static final Uid EXPLICIT = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid();
    private static final Uid IMPLICIT = TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid();
    private static final Uid DEFLATED = TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN.uid();
    private static final int PART_BYTES = 64 << 10;
    private static final byte[] ITEM = {(byte) 0xfe, (byte) 0xff, 0, (byte) 0xe0};
    private static final byte[] UNDEFINED = {-1, -1, -1, -1};

    @TempDir
    Path path;

    private TestStore store;
    private StoreDoor door;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path);
        door = new StoreDoor(store.store(), Audit.none());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static DataSet image() {
        return Studies.image(Studies.STUDY, 1, 1, 16);
    }

    /** Sends bytes as they come in PDUs; the status of the answer. */
    private Status send(Uid syntax, byte[] bytes) throws IOException {
        StoreSink sink = door.begin(
                Requester.association(),
                new StoreRequest(
                        SopClasses.CT_IMAGE, INSTANCE, syntax, Priority.MEDIUM, Optional.empty()));
        try {
            for (int at = 0; at < bytes.length; at += PART_BYTES) {
                sink.write(ByteBuffer.wrap(bytes, at, Math.min(PART_BYTES, bytes.length - at)));
            }
        } catch (IOException e) {
            sink.abort();
            return statusOf(e);
        }
        Status[] answer = new Status[1];
        sink.complete(new StoreCompletion() {
            @Override
            public void done(Status status, String comment) {
                answer[0] = status;
            }

            @Override
            public void failed(Exception cause) {
                answer[0] = statusOf(cause);
            }
        });
        return answer[0];
    }

    /** As the network answers: broken by the peer is C000H. */
    private static Status statusOf(Exception e) {
        if (e instanceof DimseException refused) {
            return refused.status();
        }
        return e instanceof strata.dicom.MalformedDicomException
                ? Status.CANNOT_UNDERSTAND
                : Status.PROCESSING_FAILURE;
    }

    private Status send(DataSet image) throws IOException {
        return send(EXPLICIT, Studies.bytes(image));
    }

    private void assertRefused(Status status, Uid syntax, byte[] bytes, String what)
            throws IOException {
        assertEquals(status, send(syntax, bytes), what);
        assertEquals(0, store.catalog().statistics().versions(), what);
    }

    private void assertBroken(byte[] bytes, String what) throws IOException {
        assertRefused(Status.CANNOT_UNDERSTAND, EXPLICIT, bytes, what);
    }

    private void assertStored(Uid syntax, byte[] bytes) throws IOException {
        assertEquals(Status.SUCCESS, send(syntax, bytes));
        VersionEntry version = store.catalog().current(INSTANCE).orElseThrow();
        byte[] file = store.read(version);
        byte[] kept = java.util.Arrays.copyOfRange(file, file.length - bytes.length, file.length);
        assertArrayEquals(bytes, kept, "bit for bit");
    }

    /** The image's bytes with more behind them. */
    private static byte[] with(byte[]... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Studies.bytes(image().remove(Tag.PixelData)));
        for (byte[] each : more) {
            out.writeBytes(each);
        }
        return out.toByteArray();
    }

    /** An explicit element header with a 32-bit length. */
    private static byte[] header(int tag, String vr, int length) {
        return ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) (tag >>> 16))
                .putShort((short) tag)
                .put(vr.getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 0)
                .putInt(length)
                .array();
    }

    private static final int PRIVATE = 0x7fdf0010;

    @Test
    void hostile22UidsThatWouldBePaths() throws Exception {
        for (String uid :
                List.of("../../etc/x", "/etc/passwd", "1.2\u0000.3", "1.".repeat(32) + "1")) {
            for (int tag :
                    new int[] {Tag.SOPInstanceUID, Tag.StudyInstanceUID, Tag.SeriesInstanceUID}) {
                DataSet image = image().putBytes(
                                tag, Vr.UI, even(uid.getBytes(StandardCharsets.ISO_8859_1)));
                assertRefused(Status.DOES_NOT_MATCH_SOP_CLASS, EXPLICIT, Studies.bytes(image), uid);
            }
        }
    }

    private static byte[] even(byte[] bytes) {
        return java.util.Arrays.copyOf(bytes, bytes.length + bytes.length % 2);
    }

    @Test
    void hostile23UidEmptyOrAnotherThanTheCommands() throws Exception {
        for (DataSet image : List.of(
                image().putEmpty(Tag.SOPInstanceUID, Vr.UI),
                image().remove(Tag.SOPInstanceUID),
                image().putUid(Tag.SOPInstanceUID, new Uid("2.25.999")),
                image().putUid(Tag.SOPClassUID, SopClasses.MR_IMAGE))) {
            assertRefused(
                    Status.DOES_NOT_MATCH_SOP_CLASS,
                    EXPLICIT,
                    Studies.bytes(image),
                    image.toString());
        }
    }

    @Test
    void hostile24SameUidSameBytes() throws Exception {
        assertEquals(Status.SUCCESS, send(image()));
        assertEquals(Status.SUCCESS, send(image()));
        assertEquals(1, store.catalog().versions(INSTANCE).size());
    }

    @Test
    void hostile25SameUidOtherBytes() throws Exception {
        assertEquals(Status.SUCCESS, send(image()));
        DataSet other = image().putString(Tag.PatientID, Vr.LO, "another");
        assertEquals(Status.COERCION_OF_ELEMENTS, send(other));
        assertEquals(2, store.catalog().versions(INSTANCE).size());
    }

    @Test
    void hostile26AnElementOfTwoGibibytesInAKibibyte() throws Exception {
        assertBroken(with(header(PRIVATE, "OB", 0x7ffffffe), new byte[1000]), "2 GiB");
    }

    @Test
    void hostile27UndefinedLengthOnAPlainVrAndAnOddLength() throws Exception {
        assertBroken(with(header(PRIVATE, "UT", -1), new byte[100]), "undefined");
        assertStored(EXPLICIT, with(header(PRIVATE, "OB", 3), new byte[3]));
    }

    @Test
    void hostile28SequencesTenThousandDeep() throws Exception {
        ByteArrayOutputStream deep = new ByteArrayOutputStream();
        for (int i = 0; i < 10_000; i++) {
            deep.writeBytes(header(PRIVATE, "SQ", -1));
            deep.writeBytes(ITEM);
            deep.writeBytes(UNDEFINED);
        }
        assertBroken(with(deep.toByteArray()), "deep");
    }

    @Test
    void hostile29TenMillionEmptyItems() throws Exception {
        byte[] items = new byte[10_000_000 * 8];
        for (int i = 0; i < items.length; i += 8) {
            System.arraycopy(ITEM, 0, items, i, ITEM.length);
        }
        assertBroken(with(header(PRIVATE, "SQ", -1), items), "items");
    }

    @Test
    void hostile30MissingDelimiters() throws Exception {
        assertBroken(
                with(header(PRIVATE, "SQ", -1), ITEM, UNDEFINED, header(PRIVATE, "OB", 0)),
                "neither item nor sequence ends");
    }

    @Test
    void hostile31ADeflateBomb() throws Exception {
        byte[] plain = with(header(PRIVATE, "OB", 200 << 20));
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        byte[] part = new byte[64 << 10];
        deflater.setInput(plain);
        drain(deflater, bomb, part);
        byte[] zeros = new byte[1 << 20];
        for (int i = 0; i < 200; i++) {
            deflater.setInput(zeros);
            drain(deflater, bomb, part);
        }
        deflater.finish();
        drain(deflater, bomb, part);
        deflater.end();
        assertTrue(bomb.size() < 1 << 20, "bytes of the bomb: " + bomb.size());
        assertRefused(Status.CANNOT_UNDERSTAND, DEFLATED, bomb.toByteArray(), "bomb");
    }

    private static void drain(Deflater deflater, ByteArrayOutputStream out, byte[] part) {
        for (int n = deflater.deflate(part); n > 0; n = deflater.deflate(part)) {
            out.write(part, 0, n);
        }
    }

    @Test
    void hostile32ImplicitLabelledExplicitAndTheReverse() throws Exception {
        assertBroken(
                DataSetWriter.toBytes(image(), TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN),
                "implicit as explicit");
        assertRefused(
                Status.CANNOT_UNDERSTAND, IMPLICIT, Studies.bytes(image()), "explicit as implicit");
    }

    private static ContextAnswer answer(Uid sopClass, Uid syntax) {
        AssociateRq pdu = new AssociateRq(
                AssociateRq.PROTOCOL_VERSION,
                Requester.OWN.value(),
                Requester.CALLING.value(),
                AssociateRq.DICOM_APPLICATION_CONTEXT,
                List.of(),
                UserInformation.of(16384, new Uid("1.2.3"), "TEST"));
        AssociationPolicy.Decision decision = new PeerPolicy(
                        Requester.OWN, new Peers.AnyOnLoopback())
                .decide(new AssociationRequest(
                        Requester.OWN,
                        Requester.CALLING,
                        new InetSocketAddress("127.0.0.1", 4000),
                        pdu,
                        java.util.Optional.empty()));
        return assertInstanceOf(AssociationPolicy.Accept.class, decision)
                .contexts()
                .answer(new ProposedContext(1, sopClass, List.of(syntax)));
    }

    @Test
    void hostile33AnUnknownTransferSyntaxIsARefusedContext() {
        assertEquals(
                ContextAnswer.Result.TRANSFER_SYNTAXES_NOT_SUPPORTED,
                answer(SopClasses.CT_IMAGE, new Uid("1.2.840.113619.5.2")).result());
        assertEquals(
                ContextAnswer.Result.ACCEPTANCE,
                answer(SopClasses.CT_IMAGE, EXPLICIT).result());
    }

    @Test
    void hostile35ASecondSopInstanceUidIsNotUnderstood() throws Exception {
        byte[] second = ByteBuffer.allocate(14)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0x0008)
                .putShort((short) 0x0018)
                .put("UI".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 6)
                .put("2.25.9".getBytes(StandardCharsets.US_ASCII))
                .array();
        assertBroken(with(second), "a second SOP Instance UID");
    }

    @Test
    void hostile35TagsOutOfOrderAreStored() throws Exception {
        assertStored(EXPLICIT, with(header(0x00091010, "OB", 2), new byte[2]));
    }

    @Test
    void hostile36AWrongOffsetTableIsKeptAsItIs() throws Exception {
        byte[] table = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x7fffffff)
                .putInt(-5)
                .array();
        byte[] end = {(byte) 0xfe, (byte) 0xff, (byte) 0xdd, (byte) 0xe0, 0, 0, 0, 0};
        assertStored(
                TransferSyntax.RLE_LOSSLESS.uid(),
                with(
                        header(Tag.PixelData, "OB", -1),
                        ITEM,
                        new byte[] {8, 0, 0, 0},
                        table,
                        ITEM,
                        new byte[] {4, 0, 0, 0, 1, 2, 3, 4},
                        end));
    }

    @Test
    void hostile37RowsTimesColumnsTimesFramesThatOverflow() throws Exception {
        DataSet image = image().putInt(Tag.Rows, Vr.US, 65_535)
                .putInt(Tag.Columns, Vr.US, 65_535)
                .putString(Tag.NumberOfFrames, Vr.IS, "2147483647");
        assertStored(EXPLICIT, Studies.bytes(image));
    }

    @Test
    void hostile38PersonNamesWithControlCharacters() throws Exception {
        for (String name : List.of("A\r\nB", "\u001b[31mX", "<script>", "=cmd()")) {
            try (TestStore own = TestStore.open(path.resolve("n" + name.hashCode()))) {
                StoreDoor before = door;
                TestStore whole = store;
                door = new StoreDoor(own.store(), Audit.none());
                store = own;
                DataSet image = image().putBytes(
                                Tag.PatientName,
                                Vr.PN,
                                even(name.getBytes(StandardCharsets.ISO_8859_1)));
                assertStored(EXPLICIT, Studies.bytes(image));
                door = before;
                store = whole;
            }
        }
    }

    @Test
    void hostile39EscapeSequencesWithoutEnd() throws Exception {
        byte[] escapes = "\u001b$B\u001b(J".repeat(2000).getBytes(StandardCharsets.ISO_8859_1);
        DataSet image = image().putString(Tag.SpecificCharacterSet, Vr.CS, "", "ISO 2022 IR 87")
                .putBytes(Tag.StudyDescription, Vr.LO, even(escapes));
        assertStored(EXPLICIT, Studies.bytes(image));
    }

    @Test
    void hostile41ADirectoryIsNoStorageClass() {
        assertEquals(
                ContextAnswer.Result.ABSTRACT_SYNTAX_NOT_SUPPORTED,
                answer(new Uid("1.2.840.10008.1.3.10"), EXPLICIT).result());
    }
}
