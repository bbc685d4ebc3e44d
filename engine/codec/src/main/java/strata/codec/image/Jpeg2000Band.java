package strata.codec.image;

/** A band of one resolution of a tile component, and its code-blocks, ITU-T T.800 B.5 to B.7. */
final class Jpeg2000Band {
    final int orientation;
    final int x0;
    final int y0;
    final int x1;
    final int y1;
    final int planes;
    final float step;

    /** @param orientation 0 LL, 1 HL, 2 LH, 3 HH */
    Jpeg2000Band(int orientation, int x0, int y0, int x1, int y1, int planes, float step) {
        this.orientation = orientation;
        this.x0 = x0;
        this.y0 = y0;
        this.x1 = x1;
        this.y1 = y1;
        this.planes = planes;
        this.step = step;
    }

    /** A code-block, as packets tell of it. */
    static final class Block {
        final int x0;
        final int y0;
        final int x1;
        final int y1;
        boolean included;
        int planes;
        int lengthBits = 3;
        int segments;
        int[] ends = new int[1];
        int[] passes = new int[1];
        byte[] data = new byte[0];
        int length;

        Block(int x0, int y0, int x1, int y1) {
            this.x0 = x0;
            this.y0 = y0;
            this.x1 = x1;
            this.y1 = y1;
        }

        /** Adds a part of a segment that a packet brings. */
        void add(byte[] in, int from, int bytes, int morePasses, boolean begins) {
            if (begins || segments == 0) {
                if (segments == ends.length) {
                    ends = java.util.Arrays.copyOf(ends, 2 * segments);
                    passes = java.util.Arrays.copyOf(passes, 2 * segments);
                }
                segments++;
                passes[segments - 1] = 0;
            }
            if (data.length - length < bytes) {
                data = java.util.Arrays.copyOf(data, Math.max(length + bytes, 2 * length));
            }
            System.arraycopy(in, from, data, length, bytes);
            length += bytes;
            ends[segments - 1] = length;
            passes[segments - 1] += morePasses;
        }
    }

    /** The blocks of the band in one precinct, with their tag trees. */
    static final class Blocks {
        final Jpeg2000Band band;
        final int across;
        final int down;
        final Block[] blocks;
        final TagTree inclusion;
        final TagTree zeroPlanes;

        Blocks(Jpeg2000Band band, int x0, int y0, int x1, int y1, int widthBits, int heightBits) {
            this.band = band;
            boolean empty = x1 <= x0 || y1 <= y0;
            int firstX = x0 >> widthBits;
            int firstY = y0 >> heightBits;
            across = empty ? 0 : (x1 - 1 >> widthBits) - firstX + 1;
            down = empty ? 0 : (y1 - 1 >> heightBits) - firstY + 1;
            blocks = new Block[across * down];
            for (int i = 0; i < blocks.length; i++) {
                int x = firstX + i % across << widthBits;
                int y = firstY + i / across << heightBits;
                blocks[i] = new Block(
                        Math.max(x, x0),
                        Math.max(y, y0),
                        Math.min(x + (1 << widthBits), x1),
                        Math.min(y + (1 << heightBits), y1));
            }
            inclusion = new TagTree(across, down);
            zeroPlanes = new TagTree(across, down);
        }
    }
}
