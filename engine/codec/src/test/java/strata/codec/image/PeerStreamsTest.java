package strata.codec.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

/** Streams that DCMTK's encoders write in every way they know, against what its decoders give. */
final class PeerStreamsTest {
    private static final PixelLayout GREY = PixelLayout.grey(61, 83, 8, 8);
    private static final PixelLayout TWELVE = PixelLayout.grey(61, 83, 16, 12);
    private static final PixelLayout COLOUR = PixelLayout.rgb(50, 66);

    @TempDir
    Path folder;

    @Test
    void losslessJpegOfEveryPredictor() throws Exception {
        for (int predictor = 1; predictor <= 7; predictor++) {
            for (PixelLayout layout : List.of(GREY, TWELVE, COLOUR)) {
                assertAlike(
                        layout,
                        "dcmdjpeg",
                        "dcmcjpeg",
                        "+el",
                        "+sv",
                        Integer.toString(predictor),
                        "+cn");
            }
        }
    }

    @Test
    void losslessJpegWithPointTransform() throws Exception {
        for (String transform : List.of("1", "3")) {
            assertAlike(GREY, "dcmdjpeg", "dcmcjpeg", "+e1", "+pt", transform);
            assertAlike(TWELVE, "dcmdjpeg", "dcmcjpeg", "+el", "+sv", "6", "+pt", transform);
        }
    }

    @Test
    void jpegLsInEveryInterleaving() throws Exception {
        for (String way : List.of("+in", "+il", "+is")) {
            for (String near : List.of("0", "1", "3")) {
                List<String> command = near.equals("0")
                        ? List.of("dcmcjpls", way)
                        : List.of("dcmcjpls", way, "+en", "+md", near);
                for (PixelLayout layout : List.of(GREY, TWELVE, COLOUR)) {
                    assertAlike(layout, "dcmdjpls", command.toArray(String[]::new));
                }
            }
        }
    }

    @Test
    void jpegOfEightAndTwelveBits() throws Exception {
        assertAlike(GREY, "dcmdjpeg", "dcmcjpeg", "+eb");
        assertAlike(TWELVE, "dcmdjpeg", "dcmcjpeg", "+ee");
        for (String sampling : List.of("+s4", "+s2")) {
            assertAlike(COLOUR, "dcmdjpeg", "dcmcjpeg", "+eb", sampling);
        }
    }

    private void assertAlike(PixelLayout layout, String decoder, String... encoder)
            throws IOException {
        assumeTrue(Programs.isHere(encoder[0]), encoder[0] + " is not installed");
        Path raw = folder.resolve("raw.dcm");
        Path encoded = folder.resolve("encoded.dcm");
        Path decoded = folder.resolve("decoded.dcm");
        Files.write(
                raw,
                Part10.file(
                        PeerEncodersTest.image(layout)
                                .putBytes(
                                        Tag.PixelData,
                                        layout.bitsAllocated() > 8 ? Vr.OW : Vr.OB,
                                        Images.frame(layout, 5)),
                        TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN));
        String what = String.join(" ", encoder) + " of " + layout;
        List<String> command = new ArrayList<>(List.of(encoder));
        command.add(raw.toString());
        command.add(encoded.toString());
        assertTrue(Programs.run(command), what);
        boolean colourless = decoder.equals("dcmdjpeg");
        assertTrue(
                Programs.run(
                        colourless
                                ? List.of(decoder, "+cn", encoded.toString(), decoded.toString())
                                : List.of(decoder, encoded.toString(), decoded.toString())),
                what);
        DataSet theirs = Part10.read(decoded).dataSet();
        Part10.Content ours = Part10.read(encoded);
        Element.Fragments fragments =
                (Element.Fragments) ours.dataSet().element(Tag.PixelData).orElseThrow();
        FrameDecoder codec = FrameCodecs.decoder(ours.header().syntax()).orElseThrow();
        PixelLayout described = PixelLayout.of(ours.dataSet());
        byte[] frame = codec.decode(fragments.fragments().get(1), described);
        PixelLayout given = PixelLayout.of(theirs);
        byte[] expected = Arrays.copyOf(theirs.bytes(Tag.PixelData), (int) given.frameBytes());
        assertArrayEquals(
                Images.interleaved(expected, given),
                Images.interleaved(frame, codec.decodedLayout(described)),
                what);
    }
}
