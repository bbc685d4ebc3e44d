package strata.codec.image;

import strata.dicom.DataSet;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.TransferSyntax.Pixels;
import strata.dicom.Vr;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a data set has to say when its pixels change their encoding, PS3.5 8.2, PS3.3 C.7.6.1. */
final class ImageAttributes {
    private static final Map<TransferSyntax, String> LOSSY_METHODS = Map.of(
            TransferSyntax.JPEG_BASELINE, "ISO_10918_1",
            TransferSyntax.JPEG_EXTENDED, "ISO_10918_1",
            TransferSyntax.JPEG_LS_NEAR_LOSSLESS, "ISO_14495_1",
            TransferSyntax.JPEG_2000, "ISO_15444_1");

    private static final int ENCAPSULATED_PIXEL_DATA_VALUE_TOTAL_LENGTH = 0x7FE00003;

    private ImageAttributes() {}

    /** Takes out what describes fragments. */
    static void removeOffsets(DataSet image) {
        image.remove(Tag.ExtendedOffsetTable);
        image.remove(Tag.ExtendedOffsetTableLengths);
        image.remove(ENCAPSULATED_PIXEL_DATA_VALUE_TOTAL_LENGTH);
    }

    /** Photometric interpretation and planar configuration of the pixels as they are now. */
    static void describe(DataSet image, PixelLayout before, PixelLayout now) {
        if (before.photometric() != now.photometric()) {
            image.putString(
                    Tag.PhotometricInterpretation, Vr.CS, now.photometric().term());
        }
        if (now.samplesPerPixel() > 1) {
            image.putInt(Tag.PlanarConfiguration, Vr.US, now.planar() ? 1 : 0);
        }
    }

    /**
     * What was lost before stays known: adds what is missing of Lossy Image Compression.
     *
     * @param ratio native to encoded bytes, 0 when it is not known
     */
    static void markLossy(DataSet image, TransferSyntax from, double ratio) {
        if (from.pixels() != Pixels.ENCAPSULATED_LOSSY) {
            return;
        }
        // Of the syntaxes that may be lossless too, the data set's own word counts.
        boolean certain = from.equals(TransferSyntax.JPEG_BASELINE)
                || from.equals(TransferSyntax.JPEG_EXTENDED);
        Optional<String> said = image.string(Tag.LossyImageCompression);
        if (said.isPresent() && !certain && said.get().equals("00")) {
            return;
        }
        image.putString(Tag.LossyImageCompression, Vr.CS, "01");
        if (ratio > 0 && image.string(Tag.LossyImageCompressionRatio).isEmpty()) {
            String text = String.format(Locale.ROOT, "%.2f", ratio);
            image.putString(Tag.LossyImageCompressionRatio, Vr.DS, text);
        }
        String method = LOSSY_METHODS.get(from);
        if (method != null && image.string(Tag.LossyImageCompressionMethod).isEmpty()) {
            image.putString(Tag.LossyImageCompressionMethod, Vr.CS, method);
        }
    }

    /**
     * Gives encapsulated pixels in items (icons) natively, which every syntax allows. An item whose
     * pixels cannot be decoded loses them: nobody could have read them.
     */
    static void decodeItems(DataSet dataSet, TransferSyntax from) {
        List<Element> changed = new ArrayList<>();
        for (Element element : dataSet.elements()) {
            if (element instanceof Element.Items items) {
                items.items().forEach(item -> decodeItems(item, from));
            } else if (element instanceof Element.Fragments) {
                changed.add(element);
            }
        }
        for (Element element : changed) {
            decode(dataSet, (Element.Fragments) element, from);
        }
    }

    private static void decode(DataSet item, Element.Fragments pixels, TransferSyntax from) {
        item.remove(pixels.tag());
        Optional<FrameDecoder> decoder = FrameCodecs.decoder(from);
        if (decoder.isEmpty() || pixels.fragments().size() < 2) {
            return;
        }
        try {
            PixelLayout layout = PixelLayout.of(item);
            int bytes = 0;
            for (byte[] fragment : pixels.fragments()) {
                bytes += fragment.length;
            }
            bytes -= pixels.fragments().get(0).length;
            byte[] encoded = new byte[bytes];
            int at = 0;
            for (byte[] fragment :
                    pixels.fragments().subList(1, pixels.fragments().size())) {
                System.arraycopy(fragment, 0, encoded, at, fragment.length);
                at += fragment.length;
            }
            byte[] frame = decoder.get().decode(encoded, layout);
            describe(item, layout, decoder.get().decodedLayout(layout));
            item.putBytes(Tag.PixelData, layout.bitsAllocated() > 8 ? Vr.OW : Vr.OB, frame);
        } catch (MalformedImageException e) {
            item.remove(Tag.PixelData);
        }
    }
}
