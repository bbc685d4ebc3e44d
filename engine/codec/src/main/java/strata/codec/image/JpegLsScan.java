package strata.codec.image;

import java.util.Arrays;

/**
 * Decodes the lines of one JPEG-LS scan, ITU-T T.87 Annex A and B. Lines have a place before the
 * first sample and one behind the last. For one thread.
 */
final class JpegLsScan {
    private final JpegLsModel model;
    private final JpegLsBits bits;
    private final int columns;
    private final int[][] above;
    private final int[][] lines;
    private final int[] runIndexes;

    JpegLsScan(JpegLsModel model, JpegLsBits bits, int columns, int components) {
        this.model = model;
        this.bits = bits;
        this.columns = columns;
        this.above = new int[components][columns + 2];
        this.lines = new int[components][columns + 2];
        this.runIndexes = new int[components];
    }

    int position() {
        return bits.position();
    }

    /** The line just decoded, components side by side. */
    void row(int[] values) {
        int k = lines.length;
        for (int c = 0; c < k; c++) {
            // The decoded line has become the one above.
            int[] line = above[c];
            for (int x = 1, i = c; x <= columns; x++, i += k) {
                values[i] = line[x];
            }
        }
    }

    private void edges() {
        for (int c = 0; c < lines.length; c++) {
            above[c][columns + 1] = above[c][columns];
            lines[c][0] = above[c][1];
        }
    }

    private void next() throws MalformedImageException {
        bits.check();
        for (int c = 0; c < lines.length; c++) {
            int[] done = lines[c];
            lines[c] = above[c];
            above[c] = done;
        }
    }

    /** One line of each component, one component after the other. */
    void lines() throws MalformedImageException {
        edges();
        for (int c = 0; c < lines.length; c++) {
            line(c);
        }
        next();
    }

    private void line(int component) throws MalformedImageException {
        int[] up = above[component];
        int[] now = lines[component];
        int left = now[0];
        int aboveLeft = up[0];
        int straight = up[1];
        int x = 1;
        while (x <= columns) {
            int aboveRight = up[x + 1];
            int q = model.context(left, straight, aboveLeft, aboveRight);
            if (q != 0) {
                left = regular(q, JpegLsModel.median(left, straight, aboveLeft));
                now[x++] = left;
            } else {
                x = run(component, now, x, left);
                if (x <= columns) {
                    now[x] = interruption(component, now[x - 1], up[x]);
                    left = now[x++];
                }
                if (x > columns) {
                    break;
                }
                straight = up[x - 1];
                aboveRight = up[x];
            }
            aboveLeft = straight;
            straight = aboveRight;
        }
    }

    /** One line, all components of a pixel side by side. */
    void samples() throws MalformedImageException {
        edges();
        int k = lines.length;
        int[] contexts = new int[k];
        int x = 1;
        while (x <= columns) {
            int any = 0;
            for (int c = 0; c < k; c++) {
                int[] up = above[c];
                contexts[c] = model.context(lines[c][x - 1], up[x], up[x - 1], up[x + 1]);
                any |= contexts[c];
            }
            if (any != 0) {
                for (int c = 0; c < k; c++) {
                    int[] up = above[c];
                    int prediction = JpegLsModel.median(lines[c][x - 1], up[x], up[x - 1]);
                    lines[c][x] = regular(contexts[c], prediction);
                }
                x++;
                continue;
            }
            int end = run(0, lines[0], x, lines[0][x - 1]);
            for (int c = 1; c < k; c++) {
                Arrays.fill(lines[c], x, end, lines[c][x - 1]);
            }
            x = end;
            if (x <= columns) {
                for (int c = 0; c < k; c++) {
                    lines[c][x] = interruptionOfPixel(lines[c][x - 1], above[c][x]);
                }
                runIndexes[0] = Math.max(0, runIndexes[0] - 1);
                x++;
            }
        }
        next();
    }

    private int regular(int context, int median) throws MalformedImageException {
        int sign = context < 0 ? -1 : 1;
        int q = context * sign;
        int prediction = model.corrected(median, q, sign);
        int k = model.golombParameter(q);
        if (k > 16) {
            throw new MalformedImageException("a JPEG-LS context runs out of range");
        }
        int mapped = bits.golomb(k, model.limit - model.errorBits - 1, model.errorBits);
        int error = (mapped & 1) == 0 ? mapped >> 1 : -(mapped + 1 >> 1);
        if (model.isInverted(q, k)) {
            error = -error - 1;
        }
        if (Math.abs(error) > 65535) {
            throw new MalformedImageException("a JPEG-LS error runs out of range");
        }
        model.update(q, error);
        return model.reconstructed(prediction, sign < 0 ? -error : error);
    }

    /** Fills a run and returns where it ends, A.7.1. */
    private int run(int component, int[] now, int from, int value) throws MalformedImageException {
        int x = from;
        int index = runIndexes[component];
        while (x <= columns && bits.bit() == 1) {
            int whole = 1 << JpegLsModel.J[index];
            int part = Math.min(whole, columns + 1 - x);
            x += part;
            if (part == whole && index < 31) {
                index++;
            }
        }
        if (x <= columns) {
            int size = JpegLsModel.J[index];
            x += size == 0 ? 0 : bits.read(size);
            if (x > columns) {
                throw new MalformedImageException("a JPEG-LS run crosses the end of its line");
            }
        }
        runIndexes[component] = index;
        Arrays.fill(now, from, x, value);
        return x;
    }

    private int interruption(int component, int left, int up) throws MalformedImageException {
        int type = Math.abs(left - up) <= model.near ? 1 : 0;
        int index = runIndexes[component];
        int error = interruptionError(type, index);
        runIndexes[component] = Math.max(0, index - 1);
        if (type == 1) {
            return model.reconstructed(left, error);
        }
        return model.reconstructed(up, left > up ? -error : error);
    }

    /** In a scan interleaved by sample there is one context for all. */
    private int interruptionOfPixel(int left, int up) throws MalformedImageException {
        int error = interruptionError(0, runIndexes[0]);
        return model.reconstructed(up, left > up ? -error : error);
    }

    private int interruptionError(int type, int index) throws MalformedImageException {
        int k = model.runParameter(type);
        if (k > 16) {
            throw new MalformedImageException("a JPEG-LS run context runs out of range");
        }
        int longest = model.limit - JpegLsModel.J[index] - 1 - model.errorBits - 1;
        int mapped = bits.golomb(k, longest, model.errorBits);
        int doubled = mapped + type;
        int size = doubled + 1 >> 1;
        boolean odd = (doubled & 1) == 1;
        int error = odd == model.isOdd(type, k, true) ? -size : size;
        if (size > 65535) {
            throw new MalformedImageException("a JPEG-LS error runs out of range");
        }
        model.updateRun(type, error, mapped);
        return error;
    }
}
