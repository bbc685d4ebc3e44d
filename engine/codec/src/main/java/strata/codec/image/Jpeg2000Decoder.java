package strata.codec.image;

import strata.codec.image.Jpeg2000Component.Precinct;
import strata.codec.image.Jpeg2000Component.Resolution;

/**
 * JPEG 2000 part 1, ITU-T T.800, PS3.5 8.2.4: reversible and irreversible, tiles, all orders of
 * packets, 1 to 16 bits, without subsampling. Not here: arithmetic bypass, regions of interest,
 * progression changes, packed packet headers.
 */
final class Jpeg2000Decoder implements FrameDecoder {
    /** Empty blocks take next to nothing. */
    private static final int MOST_SAMPLES_OF_ONE = 1 << 16;

    @Override
    public PixelLayout decodedLayout(PixelLayout encoded) {
        boolean transformed = encoded.photometric() == Photometric.YBR_RCT
                || encoded.photometric() == Photometric.YBR_ICT;
        PixelLayout decoded = Samples.decodedLayout(encoded);
        return transformed ? decoded.with(false, Photometric.RGB) : decoded;
    }

    @Override
    public byte[] decode(byte[] encoded, PixelLayout layout) throws MalformedImageException {
        Jpeg2000Stream stream = new Jpeg2000Stream(encoded);
        check(stream, layout);
        FrameCodecs.checkDensity(encoded, layout.samples(), MOST_SAMPLES_OF_ONE);
        byte[] frame = FrameCodecs.allocate(decodedLayout(layout));
        if (layout.samples() * Integer.BYTES > FrameCodecs.MAX_FRAME_BYTES) {
            throw new MalformedImageException("a frame of " + layout.samples() + " samples");
        }
        long pixels = 0;
        for (Jpeg2000Stream.Tile tile : stream.tiles()) {
            pixels += new TileDecoder(stream, tile, layout).decode(frame);
        }
        if (pixels != layout.pixels()) {
            throw new MalformedImageException(
                    "tiles of " + pixels + " pixels for " + layout.pixels());
        }
        return frame;
    }

    private static void check(Jpeg2000Stream stream, PixelLayout layout)
            throws MalformedImageException {
        boolean fits = stream.x1 - stream.x0 == layout.columns()
                && stream.y1 - stream.y0 == layout.rows()
                && stream.depths.length == layout.samplesPerPixel()
                && layout.bitsAllocated() <= 16;
        for (int depth : stream.depths) {
            fits &= depth <= layout.bitsAllocated();
        }
        if (!fits || layout.bitsAllocated() == 1 && layout.samplesPerPixel() > 1) {
            throw new MalformedImageException("a coded frame of " + (stream.x1 - stream.x0)
                    + " x " + (stream.y1 - stream.y0) + " x " + stream.depths.length + " for "
                    + layout);
        }
    }

    /** One tile. */
    private static final class TileDecoder {
        private final Jpeg2000Stream stream;
        private final Jpeg2000Stream.Tile tile;
        private final PixelLayout layout;
        private final int x0;
        private final int y0;
        private final int x1;
        private final int y1;
        private final int[][] integers;
        private final float[][] reals;

        TileDecoder(Jpeg2000Stream stream, Jpeg2000Stream.Tile tile, PixelLayout layout) {
            this.stream = stream;
            this.tile = tile;
            this.layout = layout;
            long left =
                    stream.tileX0 + (long) (tile.index % stream.tilesAcross()) * stream.tileWidth;
            long top =
                    stream.tileY0 + (long) (tile.index / stream.tilesAcross()) * stream.tileHeight;
            this.x0 = (int) Math.max(left, stream.x0);
            this.y0 = (int) Math.max(top, stream.y0);
            this.x1 = (int) Math.min(left + stream.tileWidth, stream.x1);
            this.y1 = (int) Math.min(top + stream.tileHeight, stream.y1);
            this.integers = new int[layout.samplesPerPixel()][];
            this.reals = new float[layout.samplesPerPixel()][];
        }

        /** @return the pixels of the tile */
        long decode(byte[] frame) throws MalformedImageException {
            Jpeg2000Stream.Parameters parameters = tile.parameters;
            Jpeg2000Component[] components = new Jpeg2000Component[integers.length];
            for (int c = 0; c < components.length; c++) {
                components[c] = new Jpeg2000Component(
                        parameters.codings[c],
                        parameters.quantizations[c],
                        stream.depths[c],
                        x0,
                        y0,
                        x1,
                        y1);
            }
            new Jpeg2000Packets(tile.packets.toByteArray(), parameters.order, components).read();
            for (int c = 0; c < components.length; c++) {
                component(c, components[c]);
            }
            if (parameters.order.transformed()) {
                transform(parameters.codings[0].reversible());
            }
            for (int c = 0; c < components.length; c++) {
                put(frame, c);
            }
            return (long) (x1 - x0) * (y1 - y0);
        }

        private void component(int c, Jpeg2000Component component) throws MalformedImageException {
            int size = (x1 - x0) * (y1 - y0);
            boolean reversible = component.coding.reversible();
            integers[c] = new int[reversible ? size : 0];
            reals[c] = new float[reversible ? 0 : size];
            BlockDecoder blocks = new BlockDecoder(component.coding.style());
            InverseWavelet wavelet = new InverseWavelet(reversible, Math.max(x1 - x0, y1 - y0));
            int[] lowIntegers = new int[0];
            float[] lowReals = new float[0];
            Resolution lower = null;
            for (Resolution resolution : component.resolutions) {
                int width = resolution.x1 - resolution.x0;
                int height = resolution.y1 - resolution.y0;
                int[] nextIntegers = new int[reversible ? width * height : 0];
                float[] nextReals = new float[reversible ? 0 : width * height];
                if (lower != null) {
                    spread(resolution, lower, lowIntegers, lowReals, nextIntegers, nextReals);
                }
                for (Precinct precinct : resolution.precincts) {
                    for (Jpeg2000Band.Blocks each : precinct.bands()) {
                        blocks(blocks, each, resolution, nextIntegers, nextReals);
                    }
                }
                if (lower != null) {
                    wavelet.transform(
                            nextReals, nextIntegers, width, height, resolution.x0, resolution.y0);
                }
                lowIntegers = nextIntegers;
                lowReals = nextReals;
                lower = resolution;
            }
            integers[c] = lowIntegers;
            reals[c] = lowReals;
        }

        /** The lower resolution to the even places of the next. */
        private static void spread(
                Resolution to, Resolution from, int[] in, float[] real, int[] out, float[] next) {
            int width = from.x1 - from.x0;
            int stride = to.x1 - to.x0;
            for (int y = from.y0; y < from.y1; y++) {
                int at = (y - from.y0) * width;
                int place = (2 * y - to.y0) * stride + 2 * from.x0 - to.x0;
                for (int x = 0; x < width; x++, at++, place += 2) {
                    if (in.length > 0) {
                        out[place] = in[at];
                    } else {
                        next[place] = real[at];
                    }
                }
            }
        }

        private static void blocks(
                BlockDecoder decoder,
                Jpeg2000Band.Blocks of,
                Resolution resolution,
                int[] integers,
                float[] reals)
                throws MalformedImageException {
            Jpeg2000Band band = of.band;
            int spacing = band.orientation == 0 ? 1 : 2;
            int stride = resolution.x1 - resolution.x0;
            for (Jpeg2000Band.Block block : of.blocks) {
                if (!block.included) {
                    continue;
                }
                if (block.planes > 30) {
                    throw new MalformedImageException(block.planes + " bit planes");
                }
                int width = block.x1 - block.x0;
                int[] data = decoder.decode(
                        width,
                        block.y1 - block.y0,
                        band.orientation,
                        block.planes,
                        block.data,
                        block.ends,
                        block.passes,
                        block.segments);
                int at = 0;
                for (int y = block.y0; y < block.y1; y++) {
                    int row = (spacing * y + (band.orientation >> 1) - resolution.y0) * stride;
                    int place = row + spacing * block.x0 + (band.orientation & 1) - resolution.x0;
                    for (int x = 0; x < width; x++, at++, place += spacing) {
                        if (integers.length > 0) {
                            integers[place] = data[at] / 2;
                        } else {
                            reals[place] = data[at] * band.step / 2;
                        }
                    }
                }
            }
        }

        /** The component transforms, Annex G. */
        private void transform(boolean reversible) throws MalformedImageException {
            if (integers.length < 3) {
                throw new MalformedImageException("a component transform of fewer than three");
            }
            int size = reversible ? integers[0].length : reals[0].length;
            for (int c = 1; c < 3; c++) {
                if ((reversible ? integers[c].length : reals[c].length) != size) {
                    throw new MalformedImageException("a component transform of unlike ones");
                }
            }
            for (int i = 0; i < size; i++) {
                if (reversible) {
                    int u = integers[1][i];
                    int v = integers[2][i];
                    int green = integers[0][i] - (u + v >> 2);
                    integers[0][i] = v + green;
                    integers[1][i] = green;
                    integers[2][i] = u + green;
                } else {
                    float y = reals[0][i];
                    float u = reals[1][i];
                    float v = reals[2][i];
                    reals[0][i] = y + 1.402f * v;
                    reals[1][i] = y - 0.344136f * u - 0.714136f * v;
                    reals[2][i] = y + 1.772f * u;
                }
            }
        }

        private void put(byte[] frame, int c) {
            int depth = stream.depths[c];
            int shift = stream.signs[c] ? 0 : 1 << depth - 1;
            int least = stream.signs[c] ? -(1 << depth - 1) : 0;
            int most = least + (1 << depth) - 1;
            int bytes = layout.bytesPerSample();
            int at = 0;
            for (int y = y0; y < y1; y++) {
                int pixel = (y - stream.y0) * layout.columns() + x0 - stream.x0;
                int to = (pixel * layout.samplesPerPixel() + c) * bytes;
                for (int x = x0; x < x1; x++, at++, to += layout.samplesPerPixel() * bytes) {
                    int value = integers[c].length > 0
                            ? integers[c][at]
                            : (int) Math.rint(reals[c][at]);
                    value = Math.max(least, Math.min(most, value + shift));
                    if (layout.bitsAllocated() == 1) {
                        // Eight pixels in a byte, as in a native frame.
                        frame[to / 8] |= (byte) ((value & 1) << to % 8);
                        continue;
                    }
                    frame[to] = (byte) value;
                    if (bytes == 2) {
                        frame[to + 1] = (byte) (value >>> 8);
                    }
                }
            }
        }
    }
}
