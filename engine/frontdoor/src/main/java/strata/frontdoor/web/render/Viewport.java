package strata.frontdoor.web.render;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/**
 * The size of a picture and which part of the frame it shows, PS3.18 8.3.5.1.3. The part is scaled
 * to fit into the size, its proportions kept.
 *
 * @param width greatest width of the picture, in pixels
 * @param height greatest height of the picture
 * @param x left edge of the part, in pixels of the frame
 * @param y upper edge of the part
 * @param partWidth 0 for the rest of the frame
 * @param partHeight 0 for the rest of the frame
 */
public record Viewport(int width, int height, int x, int y, int partWidth, int partHeight) {
    private static final int MAX_SIDE = 8192;

    public Viewport {
        if (width < 1 || width > MAX_SIDE || height < 1 || height > MAX_SIDE) {
            throw new IllegalArgumentException("no such viewport: " + width + " x " + height);
        }
        if (x < 0 || y < 0 || partWidth < 0 || partHeight < 0) {
            throw new IllegalArgumentException("no such part of a frame");
        }
    }

    /** A picture that fits into a square. */
    public static Viewport square(int side) {
        return new Viewport(side, side, 0, 0, 0, 0);
    }

    /**
     * Reads {@code width,height[,x,y,partWidth,partHeight]}.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Viewport parse(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 2 && parts.length != 6) {
            throw new IllegalArgumentException("a viewport is width,height[,x,y,width,height]");
        }
        int[] numbers = new int[6];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = parts[i].isEmpty() && i >= 2 ? 0 : Integer.parseInt(parts[i]);
        }
        return new Viewport(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }

    /**
     * The part of the picture in the size.
     *
     * @throws IllegalArgumentException when the part lies outside
     */
    public BufferedImage apply(BufferedImage frame) {
        int partW = partWidth == 0 ? frame.getWidth() - x : partWidth;
        int partH = partHeight == 0 ? frame.getHeight() - y : partHeight;
        if (partW < 1
                || partH < 1
                || (long) x + partW > frame.getWidth()
                || (long) y + partH > frame.getHeight()) {
            throw new IllegalArgumentException("the viewport's part lies outside of the frame");
        }
        double scale = Math.min((double) width / partW, (double) height / partH);
        int toW = (int) Math.max(1, Math.round(partW * scale));
        int toH = (int) Math.max(1, Math.round(partH * scale));
        BufferedImage from = frame.getSubimage(x, y, partW, partH);
        // By halves, so that every pixel of the frame counts.
        while (from.getWidth() >= 2 * toW && from.getHeight() >= 2 * toH) {
            from = scaled(from, from.getWidth() / 2, from.getHeight() / 2);
        }
        return from.getWidth() == toW && from.getHeight() == toH ? from : scaled(from, toW, toH);
    }

    private static BufferedImage scaled(BufferedImage from, int toWidth, int toHeight) {
        BufferedImage to = new BufferedImage(toWidth, toHeight, from.getType());
        Graphics2D graphics = to.createGraphics();
        try {
            graphics.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            graphics.drawImage(from, 0, 0, toWidth, toHeight, null);
        } finally {
            graphics.dispose();
        }
        return to;
    }
}
