package strata.codec.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Element;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What our encoders write, as DCMTK and GDCM decode it. */
final class PeerEncodersTest {
    @TempDir
    Path folder;

    private static List<PixelLayout> layouts() {
        return List.of(
                PixelLayout.grey(37, 61, 8, 8),
                PixelLayout.grey(64, 130, 16, 12),
                PixelLayout.grey(37, 61, 16, 16),
                new PixelLayout(37, 62, 1, 16, 16, true, false, Photometric.MONOCHROME2),
                PixelLayout.grey(50, 70, 16, 10),
                PixelLayout.rgb(33, 44));
    }

    @Test
    void dcmtkDecodesOurs() throws Exception {
        assertDecoded(TransferSyntax.RLE_LOSSLESS, "dcmdrle");
        assertDecoded(TransferSyntax.JPEG_LOSSLESS_SV1, "dcmdjpeg");
        assertDecoded(TransferSyntax.JPEG_LS_LOSSLESS, "dcmdjpls");
    }

    @Test
    void gdcmDecodesOurs() throws Exception {
        assertDecoded(TransferSyntax.RLE_LOSSLESS, "gdcmconv", "--raw");
        assertDecoded(TransferSyntax.JPEG_LOSSLESS_SV1, "gdcmconv", "--raw");
        assertDecoded(TransferSyntax.JPEG_LS_LOSSLESS, "gdcmconv", "--raw");
    }

    private void assertDecoded(TransferSyntax syntax, String... command) throws Exception {
        assumeTrue(Programs.isHere(command[0]), command[0] + " is not installed");
        FrameEncoder encoder = FrameCodecs.encoder(syntax).orElseThrow();
        for (PixelLayout layout : layouts()) {
            byte[] frame = Images.frame(layout, 21);
            Path file = folder.resolve("ours.dcm");
            Path decoded = folder.resolve("theirs.dcm");
            Files.deleteIfExists(decoded);
            Files.write(file, file(encoder.encode(frame, layout), layout, syntax));
            List<String> whole = new ArrayList<>(List.of(command));
            whole.add(file.toString());
            whole.add(decoded.toString());
            String what = command[0] + " " + syntax.name() + " " + layout;
            assertTrue(Programs.run(whole), what);
            assertArrayEquals(frame, pixels(decoded), what);
        }
    }

    /** Without the padding of an odd frame. */
    private static byte[] pixels(Path file) throws IOException {
        DataSet image = Part10.read(file).dataSet();
        int length = (int) PixelLayout.of(image).frameBytes();
        return Arrays.copyOf(image.bytes(Tag.PixelData), length);
    }

    private static byte[] file(byte[] encoded, PixelLayout layout, TransferSyntax syntax) {
        DataSet image = image(layout)
                .put(new Element.Fragments(Tag.PixelData, Vr.OB, List.of(new byte[0], encoded)));
        return Part10.file(image, syntax);
    }

    /** What other toolkits ask for of an image, without its pixels. */
    static DataSet image(PixelLayout layout) {
        DataSet image = new DataSet()
                .putUid(Tag.SOPClassUID, new Uid("1.2.840.10008.5.1.4.1.1.7"))
                .putUid(Tag.SOPInstanceUID, new Uid("2.25.77"))
                .putUid(Tag.StudyInstanceUID, new Uid("2.25.78"))
                .putUid(Tag.SeriesInstanceUID, new Uid("2.25.79"))
                .putString(Tag.Modality, Vr.CS, "OT")
                .putInt(Tag.SamplesPerPixel, Vr.US, layout.samplesPerPixel())
                .putString(
                        Tag.PhotometricInterpretation,
                        Vr.CS,
                        layout.photometric().term())
                .putInt(Tag.Rows, Vr.US, layout.rows())
                .putInt(Tag.Columns, Vr.US, layout.columns())
                .putInt(Tag.BitsAllocated, Vr.US, layout.bitsAllocated())
                .putInt(Tag.BitsStored, Vr.US, layout.bitsStored())
                .putInt(Tag.HighBit, Vr.US, layout.bitsStored() - 1)
                .putInt(Tag.PixelRepresentation, Vr.US, layout.signed() ? 1 : 0);
        if (layout.samplesPerPixel() > 1) {
            image.putInt(Tag.PlanarConfiguration, Vr.US, 0);
        }
        return image;
    }
}
