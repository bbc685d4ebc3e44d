package strata.frontdoor.web.render;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures as files, in memory. */
public final class EncodeImage {
    private EncodeImage() {}

    /** PNG, which loses nothing. */
    public static byte[] png(BufferedImage image) throws IOException {
        return encode(image, "png", 0);
    }

    /** @param quality 1 to 100 */
    public static byte[] jpeg(BufferedImage image, int quality) throws IOException {
        return encode(image, "jpeg", quality);
    }

    private static byte[] encode(BufferedImage image, String format, int quality)
            throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (quality > 0) {
                param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                param.setCompressionQuality(quality / 100f);
            }
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
