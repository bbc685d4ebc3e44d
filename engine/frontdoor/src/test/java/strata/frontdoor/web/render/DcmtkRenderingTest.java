package strata.frontdoor.web.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.codec.image.DataSetBytes;
import strata.codec.image.FrameCodecs;
import strata.codec.image.Frames;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.SharedDicom;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.imageio.ImageIO;

/** Pictures of real files beside those that DCMTK makes of them, pixel for pixel. */
class DcmtkRenderingTest {
    /** DCMTK cuts where we round, and works with fractions of its own for YBR and odd windows. */
    private static final int MOST_DIFFERENCE = 2;

    private static final int MOST_FILE_BYTES = 3_000_000;

    @TempDir
    Path path;

    /** What it is that the two do not do alike, by file. */
    private static final Map<String, String> DIFFER = Map.of(
            "fo-dicom/GH1261.dcm",
            "one value everywhere, and a window without width: mid-grey here, black there");

    @Test
    void theFirstFrameLooksTheSame() throws Exception {
        Optional<Path> program = Arrays.stream(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "dcmj2pnm"))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(program.isPresent(), "dcmj2pnm is not installed");
        int compared = 0;
        List<String> faults = new ArrayList<>();
        for (SharedDicom.Entry entry : everyOther(SharedDicom.sample())) {
            if (Files.size(entry.file()) > MOST_FILE_BYTES || DIFFER.containsKey(entry.path())) {
                continue;
            }
            Optional<BufferedImage> ours = ours(entry.file());
            if (ours.isEmpty()) {
                continue;
            }
            Optional<BufferedImage> theirs = theirs(program.get(), entry.file());
            if (theirs.isPresent()) {
                compared++;
                int difference = difference(ours.get(), theirs.get());
                if (difference > MOST_DIFFERENCE) {
                    faults.add(entry.path() + " differs by " + difference);
                }
            }
        }
        System.out.println("dcmj2pnm comparison: " + compared + " pictures");
        assertEquals(List.of(), faults);
        assertTrue(compared > 50, "compared " + compared);
    }

    /** Every second one of those that are alike in kind is enough for the gate. */
    private static List<SharedDicom.Entry> everyOther(List<SharedDicom.Entry> all) {
        boolean everything = Boolean.getBoolean("strata.render.all");
        List<SharedDicom.Entry> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (everything || i % 3 == 0) {
                some.add(all.get(i));
            }
        }
        return some;
    }

    private static Optional<BufferedImage> ours(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Part10.Header header = Part10.open(new ByteArrayInputStream(bytes)).header();
        TransferSyntax syntax = header.syntax();
        if (syntax.isDeflated()
                || syntax.isEncapsulated() && FrameCodecs.decoder(syntax).isEmpty()) {
            return Optional.empty();
        }
        byte[] dataSet = Arrays.copyOfRange(bytes, header.dataSetOffset(), bytes.length);
        try {
            Optional<Frames> frames = Frames.open(DataSetBytes.of(dataSet), syntax);
            if (frames.isEmpty() || frames.get().header().contains(Tag.FloatPixelData)) {
                return Optional.empty();
            }
            DataSet attributes = frames.get().header();
            if (hasGroups(attributes)) {
                return Optional.empty();
            }
            return Optional.of(RenderFrame.render(
                    frames.get().decoded(0),
                    frames.get().decodedLayout(),
                    attributes,
                    0,
                    Optional.empty()));
        } catch (strata.base.StrataException e) {
            return Optional.empty();
        }
    }

    /** DCMTK looks for windows and rescaling of enhanced objects at the top level only. */
    private static boolean hasGroups(DataSet header) {
        int[] groups = {Tag.FrameVOILUTSequence, Tag.PixelValueTransformationSequence};
        return Arrays.stream(groups)
                .anyMatch(group -> FrameAttributes.holder(header, 0, group) != header);
    }

    /** DCMTK needs to be told to take the first table or window, or the frame's own range. */
    private Optional<BufferedImage> theirs(Path program, Path file) throws Exception {
        DataSet head = Part10.read(file).dataSet();
        boolean table = !head.items(Tag.VOILUTSequence).isEmpty();
        List<String> voi = table
                ? List.of("+Wl", "1")
                : head.doubleValue(Tag.WindowWidth).isPresent()
                        ? List.of("+Wi", "1")
                        : List.of("+Wm");
        Path out = path.resolve("picture.bmp");
        Files.deleteIfExists(out);
        List<String> command = new ArrayList<>(List.of(program.toString(), "-q", "+ob", "-O"));
        command.addAll(voi);
        command.addAll(List.of(file.toString(), out.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(path.resolve("log").toFile())
                .start();
        if (process.waitFor() != 0 || !Files.exists(out)) {
            return Optional.empty();
        }
        return Optional.ofNullable(ImageIO.read(out.toFile()));
    }

    /** The greatest difference of two channels; a large number for pictures of other sizes. */
    private static int difference(BufferedImage ours, BufferedImage theirs) {
        if (ours.getWidth() != theirs.getWidth() || ours.getHeight() != theirs.getHeight()) {
            return 10_000;
        }
        int greatest = 0;
        for (int y = 0; y < ours.getHeight(); y++) {
            for (int x = 0; x < ours.getWidth(); x++) {
                int a = rgb(ours, x, y);
                int b = rgb(theirs, x, y);
                for (int shift = 0; shift <= 16; shift += 8) {
                    int difference = Math.abs((a >> shift & 0xFF) - (b >> shift & 0xFF));
                    greatest = Math.max(greatest, difference);
                }
            }
        }
        return greatest;
    }

    /** Java takes grey levels for linear light; the samples are compared as they stand. */
    private static int rgb(BufferedImage image, int x, int y) {
        if (image.getRaster().getNumBands() == 1
                && image.getType() == BufferedImage.TYPE_BYTE_GRAY) {
            return image.getRaster().getSample(x, y, 0) * 0x010101;
        }
        return image.getRGB(x, y);
    }
}
