package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.codec.image.FrameCodecs;
import strata.codec.image.MalformedImageException;
import strata.codec.image.PixelLayout;
import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.DataSetWriter;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.DimseClient;
import strata.network.RetrieveOutcome;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** C-GET by peers that take other transfer syntaxes than the stored ones. */
final class TranscodedRetrieveTest {
    private static final List<TransferSyntax> STORED = List.of(
            TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN,
            TransferSyntax.EXPLICIT_VR_BIG_ENDIAN,
            TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
            TransferSyntax.RLE_LOSSLESS,
            TransferSyntax.JPEG_LOSSLESS_SV1,
            TransferSyntax.JPEG_LS_LOSSLESS);
    private static final Uid VIDEO = new Uid("1.2.840.10008.1.2.4.102");

    @TempDir
    Path path;

    private final PooledMemory memory = new PooledMemory();
    private final Requester peer = new Requester();
    private DimseClient client;
    private TestStore store;
    private RetrieveDoor door;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path);
        client = DimseClient.start(Metrics.none());
        door = new RetrieveDoor(
                store.store(),
                Requester.OWN,
                new Destinations(Map.of()),
                client,
                RecallWait.NONE,
                peer -> PatientIdentity.RECEIVED,
                accessed -> {},
                Metrics.none(),
                Audit.none());
    }

    @AfterEach
    void close() throws IOException {
        memory.assertGivenBack();
        client.close();
        store.close();
    }

    private RetrieveOutcome get() throws IOException {
        return door.retrieve(
                Requester.association(), Requester.get(Requester.study(Studies.STUDY)), peer);
    }

    private static DataSet image(int number, int columns) {
        return Studies.image(Studies.STUDY, 1, number, columns);
    }

    private static DataSet encoded(DataSet image, TransferSyntax syntax) throws IOException {
        if (!syntax.isEncapsulated()) {
            return image;
        }
        byte[] frame = FrameCodecs.encoder(syntax)
                .orElseThrow()
                .encode(image.bytes(Tag.PixelData), PixelLayout.of(image));
        return new DataSet()
                .putAll(image)
                .put(new Element.Fragments(Tag.PixelData, Vr.OB, List.of(new byte[0], frame)));
    }

    /** One instance in each syntax, numbered from 1. */
    private void putAll() throws IOException {
        for (int i = 0; i < STORED.size(); i++) {
            store.put(encoded(image(i + 1, 20), STORED.get(i)), STORED.get(i));
        }
    }

    private static byte[] pixels(byte[] received, TransferSyntax syntax) throws IOException {
        DataSet data = DataSetReader.read(received, syntax);
        if (!syntax.isEncapsulated()) {
            return data.bytes(Tag.PixelData);
        }
        Element.Fragments pixels =
                (Element.Fragments) data.element(Tag.PixelData).orElseThrow();
        return FrameCodecs.decoder(syntax)
                .orElseThrow()
                .decode(pixels.fragments().get(1), PixelLayout.of(data));
    }

    @Test
    void aPeerThatTakesOneSyntaxGetsEverythingInIt() throws Exception {
        putAll();
        for (TransferSyntax only : List.of(
                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN,
                TransferSyntax.RLE_LOSSLESS,
                TransferSyntax.JPEG_LOSSLESS_SV1,
                TransferSyntax.JPEG_LS_LOSSLESS)) {
            peer.accepted = List.of(only.uid());
            peer.received.clear();
            assertEquals(Status.SUCCESS, get().status(), only::toString);
            for (int i = 1; i <= STORED.size(); i++) {
                Uid instance = Studies.instance(Studies.STUDY, 1, i);
                assertEquals(only.uid(), peer.commands.get(instance).transferSyntax());
                assertArrayEquals(
                        image(i, 20).bytes(Tag.PixelData),
                        pixels(peer.received.get(instance), only),
                        STORED.get(i - 1) + " to " + only);
            }
        }
    }

    @Test
    void whatIsStoredInASyntaxOfThePeerGoesOutAsItIs() throws Exception {
        putAll();
        peer.accepted = List.of(
                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid(),
                TransferSyntax.JPEG_LS_LOSSLESS.uid());
        assertEquals(Status.SUCCESS, get().status());
        Uid instance = Studies.instance(Studies.STUDY, 1, STORED.size());
        DataSet stored = encoded(image(STORED.size(), 20), TransferSyntax.JPEG_LS_LOSSLESS);
        assertArrayEquals(
                DataSetWriter.toBytes(stored, TransferSyntax.JPEG_LS_LOSSLESS),
                peer.received.get(instance));
    }

    @Test
    void anInstanceThatCannotBeSentFailsAlone() throws Exception {
        store.put(image(1, 20));
        DataSet broken = encoded(image(2, 20), TransferSyntax.RLE_LOSSLESS)
                .put(new Element.Fragments(
                        Tag.PixelData, Vr.OB, List.of(new byte[0], new byte[100])));
        store.put(broken, TransferSyntax.RLE_LOSSLESS);
        DataSet video = encoded(image(3, 20), TransferSyntax.RLE_LOSSLESS);
        store.put(video, TransferSyntax.of(VIDEO));
        store.put(image(4, 20));
        peer.accepted = List.of(TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid());
        RetrieveOutcome outcome = get();
        assertEquals(Status.SUBOPERATIONS_WITH_FAILURES, outcome.status());
        assertEquals(new SubOperations(0, 2, 2, 0), outcome.counts());
        assertEquals(
                List.of(
                        Studies.instance(Studies.STUDY, 1, 2),
                        Studies.instance(Studies.STUDY, 1, 3)),
                outcome.failed());
    }

    @Test
    void anImageThatOneSyntaxCannotCarryGoesInTheNext() throws Exception {
        DataSet wide = image(1, 20)
                .putInt(Tag.Columns, Vr.US, 10)
                .putInt(Tag.BitsAllocated, Vr.US, 32)
                .putInt(Tag.BitsStored, Vr.US, 32);
        store.put(wide);
        peer.accepted =
                List.of(TransferSyntax.JPEG_LS_LOSSLESS.uid(), TransferSyntax.RLE_LOSSLESS.uid());
        assertEquals(Status.SUCCESS, get().status());
        assertEquals(
                TransferSyntax.RLE_LOSSLESS.uid(),
                peer.commands.get(Studies.instance(Studies.STUDY, 1, 1)).transferSyntax());
    }

    @Test
    void whatDoesNotFitIntoMemoryIsTranscodedAgainWhileItIsSent() throws Exception {
        DataSet image = image(1, 700);
        store.put(encoded(image, TransferSyntax.RLE_LOSSLESS), TransferSyntax.RLE_LOSSLESS);
        VersionEntry version =
                store.catalog().current(Studies.instance(Studies.STUDY, 1, 1)).orElseThrow();
        byte[] expected = DataSetWriter.toBytes(image, TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN);
        for (int most : new int[] {0, 100_000, RecodedInstance.MAX_HELD_BYTES}) {
            try (RecodedInstance recoded = RecodedInstance.open(
                    store.store(),
                    version,
                    TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid(),
                    List.of(),
                    most)) {
                assertEquals(expected.length, recoded.lengthBytes());
                assertArrayEquals(expected, Requester.drain(recoded), "most " + most);
            }
        }
    }

    @Test
    void aPeerWithoutASyntaxThatServesIsTold() throws Exception {
        store.put(image(1, 20));
        VersionEntry version =
                store.catalog().current(Studies.instance(Studies.STUDY, 1, 1)).orElseThrow();
        assertTrue(InstanceSource.choose(version, List.of(VIDEO)).isEmpty());
        assertThrows(
                IOException.class,
                () -> InstanceSource.open(store.store(), version, List.of(VIDEO)));
        store.put(
                encoded(image(2, 20), TransferSyntax.RLE_LOSSLESS).remove(Tag.Rows),
                TransferSyntax.RLE_LOSSLESS);
        VersionEntry broken =
                store.catalog().current(Studies.instance(Studies.STUDY, 1, 2)).orElseThrow();
        assertThrows(
                MalformedImageException.class,
                () -> InstanceSource.open(
                        store.store(),
                        broken,
                        List.of(TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid())));
    }
}
