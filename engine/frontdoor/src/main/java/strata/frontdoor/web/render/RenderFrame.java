package strata.frontdoor.web.render;

import strata.codec.image.MalformedImageException;
import strata.codec.image.Photometric;
import strata.codec.image.PixelLayout;
import strata.dicom.DataSet;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.util.Optional;

/** One native frame as a picture. */
public final class RenderFrame {
    private RenderFrame() {}

    /**
     * Renders a frame.
     *
     * @param pixels native, little endian, as the layout says
     * @param header the data set up to the pixels
     * @param frame from 0
     * @param window the client's; else that of the data set
     * @return grey or RGB of 8 bits, rows and columns as the frame has them
     * @throws MalformedImageException for pixels that cannot be rendered
     */
    public static BufferedImage render(
            byte[] pixels, PixelLayout layout, DataSet header, int frame, Optional<Window> window)
            throws MalformedImageException {
        if (layout.pixels() > Integer.MAX_VALUE / 8 || pixels.length < layout.frameBytes()) {
            throw new MalformedImageException("a frame that is too large or not whole");
        }
        if (isGrey(layout)) {
            byte[] levels = GreyScale.render(pixels, layout, header, frame, window);
            BufferedImage image = new BufferedImage(
                    layout.columns(), layout.rows(), BufferedImage.TYPE_BYTE_GRAY);
            byte[] to = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            System.arraycopy(levels, 0, to, 0, levels.length);
            return image;
        }
        int[] colours = ColourPixels.render(pixels, layout, header);
        BufferedImage image =
                new BufferedImage(layout.columns(), layout.rows(), BufferedImage.TYPE_INT_RGB);
        int[] to = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        System.arraycopy(colours, 0, to, 0, colours.length);
        return image;
    }

    private static boolean isGrey(PixelLayout layout) {
        return layout.samplesPerPixel() == 1 && layout.photometric() != Photometric.PALETTE_COLOR;
    }

    /** Memory that rendering a frame takes beside its native pixels, in bytes. */
    public static long memoryBytes(PixelLayout layout) {
        return layout.pixels() * (isGrey(layout) ? 2L : 8L);
    }
}
