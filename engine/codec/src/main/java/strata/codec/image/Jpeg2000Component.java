package strata.codec.image;

import java.util.ArrayList;
import java.util.List;

/** One component of a tile: its resolutions, bands and precincts, ITU-T T.800 B.5 to B.7. */
final class Jpeg2000Component {
    /** Blocks of one image at most; more would cost more memory than the image. */
    private static final int MAX_PRECINCTS = 1 << 18;

    final Jpeg2000Stream.Coding coding;
    final Resolution[] resolutions;
    private final Jpeg2000Stream.Quantization quantization;
    private final int depth;

    /** A resolution from 0, the lowest. */
    static final class Resolution {
        int x0;
        int y0;
        int x1;
        int y1;
        int precinctsAcross;
        int precinctsDown;
        final List<Jpeg2000Band> bands = new ArrayList<>();
        final List<Precinct> precincts = new ArrayList<>();
    }

    /**
     * A precinct: what one packet of each layer is about.
     *
     * @param x its column in the reference grid
     */
    record Precinct(long x, long y, List<Jpeg2000Band.Blocks> bands) {}

    Jpeg2000Component(
            Jpeg2000Stream.Coding coding,
            Jpeg2000Stream.Quantization quantization,
            int depth,
            int x0,
            int y0,
            int x1,
            int y1)
            throws MalformedImageException {
        this.coding = coding;
        this.quantization = quantization;
        this.depth = depth;
        this.resolutions = new Resolution[coding.levels() + 1];
        for (int r = 0; r < resolutions.length; r++) {
            int down = coding.levels() - r;
            Resolution resolution = new Resolution();
            resolution.x0 = ceil(x0, down);
            resolution.y0 = ceil(y0, down);
            resolution.x1 = ceil(x1, down);
            resolution.y1 = ceil(y1, down);
            resolutions[r] = resolution;
            if (r == 0) {
                resolution.bands.add(band(0, r, x0, y0, x1, y1));
            } else {
                for (int orientation = 1; orientation <= 3; orientation++) {
                    resolution.bands.add(band(orientation, r, x0, y0, x1, y1));
                }
            }
            precincts(resolution, r, x0, y0);
        }
    }

    private static int ceil(long value, int bits) {
        return (int) (value + (1L << bits) - 1 >> bits);
    }

    private Jpeg2000Band band(int orientation, int r, int x0, int y0, int x1, int y1)
            throws MalformedImageException {
        int level = r == 0 ? coding.levels() : coding.levels() - r + 1;
        long half = level == 0 ? 0 : 1L << level - 1;
        long right = (orientation & 1) * half;
        long low = (orientation >> 1) * half;
        int index = r == 0 ? 0 : 3 * (r - 1) + orientation;
        int place = quantization.style() == 1 ? 0 : index;
        if (place >= quantization.exponents().length) {
            throw new MalformedImageException("no quantization of band " + index);
        }
        int exponent = quantization.exponents()[place];
        exponent -= quantization.style() == 1 && r > 0 ? r - 1 : 0;
        int gain = orientation == 0 ? 0 : orientation == 3 ? 2 : 1;
        float step = coding.reversible()
                ? 1
                : (float) ((1 + quantization.mantissas()[place] / 2048.0)
                        * Math.pow(2, depth + gain - exponent));
        return new Jpeg2000Band(
                orientation,
                ceil(x0 - right, level),
                ceil(y0 - low, level),
                ceil(x1 - right, level),
                ceil(y1 - low, level),
                quantization.guardBits() + exponent - 1,
                step);
    }

    private void precincts(Resolution resolution, int r, int x0, int y0)
            throws MalformedImageException {
        int widthBits = coding.precincts()[r] & 15;
        int heightBits = coding.precincts()[r] >>> 4;
        if (resolution.x1 <= resolution.x0 || resolution.y1 <= resolution.y0) {
            return;
        }
        int firstX = resolution.x0 >> widthBits;
        int firstY = resolution.y0 >> heightBits;
        resolution.precinctsAcross = (resolution.x1 - 1 >> widthBits) - firstX + 1;
        resolution.precinctsDown = (resolution.y1 - 1 >> heightBits) - firstY + 1;
        long count = (long) resolution.precinctsAcross * resolution.precinctsDown;
        if (count > MAX_PRECINCTS) {
            throw new MalformedImageException(count + " precincts");
        }
        int down = coding.levels() - r;
        for (int py = firstY; py < firstY + resolution.precinctsDown; py++) {
            for (int px = firstX; px < firstX + resolution.precinctsAcross; px++) {
                List<Jpeg2000Band.Blocks> blocks = new ArrayList<>(3);
                for (Jpeg2000Band band : resolution.bands) {
                    blocks.add(blocks(band, r, px, py, widthBits, heightBits));
                }
                resolution.precincts.add(new Precinct(
                        Math.max(x0, (long) px << widthBits + down),
                        Math.max(y0, (long) py << heightBits + down),
                        blocks));
            }
        }
    }

    private Jpeg2000Band.Blocks blocks(
            Jpeg2000Band band, int r, int px, int py, int widthBits, int heightBits) {
        int w = r == 0 ? widthBits : widthBits - 1;
        int h = r == 0 ? heightBits : heightBits - 1;
        return new Jpeg2000Band.Blocks(
                band,
                (int) Math.max(band.x0, (long) px << w),
                (int) Math.max(band.y0, (long) py << h),
                (int) Math.min(band.x1, (long) px + 1 << w),
                (int) Math.min(band.y1, (long) py + 1 << h),
                Math.min(coding.blockWidthBits(), w),
                Math.min(coding.blockHeightBits(), h));
    }
}
