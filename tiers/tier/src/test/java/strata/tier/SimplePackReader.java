package strata.tier;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictContentType;

import strata.codec.PlainBytesReader;
import strata.codec.SimpleLinearReader;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A second reader of packs, written from the package descriptions of pack and codec and from
 * nothing else: slow, trusting, whole file in memory. It shows that the descriptions suffice.
 */
final class SimplePackReader {
    private record Entry(String instanceUid, long length, long offset, int template) {}

    private final ByteBuffer pack;
    private final List<byte[]> templates = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Set<Integer> methods = new TreeSet<>();

    SimplePackReader(byte[] bytes) {
        pack = ByteBuffer.wrap(bytes);
        ByteBuffer footer = pack.duplicate();
        footer.position((int) pack.getLong(bytes.length - 48 + 8) + 8 + 16);
        int templateCount = footer.getInt();
        int seriesCount = footer.getInt();
        int entryCount = footer.getInt();
        for (int i = 0; i < templateCount; i++) {
            int at = (int) footer.getLong();
            byte[] frame = new byte[footer.getInt()];
            pack.get(at + 24, frame);
            templates.add(zstd(frame, pack.getInt(at + 8), null));
        }
        int[] templateOfSeries = new int[seriesCount];
        for (int i = 0; i < seriesCount; i++) {
            text(footer);
            text(footer);
            templateOfSeries[i] = footer.getInt();
        }
        for (int i = 0; i < entryCount; i++) {
            int template = templateOfSeries[footer.getInt()];
            String uid = text(footer);
            footer.position(footer.position() + 16 + 32);
            long length = footer.getLong();
            long offset = footer.getLong();
            footer.position(footer.position() + 4 + footer.getInt(footer.position()));
            int chunks = footer.getInt() & 0x7fffffff;
            footer.position(footer.position() + 8 * chunks);
            entries.add(new Entry(uid, length, offset, template));
        }
    }

    private static String text(ByteBuffer from) {
        byte[] text = new byte[from.get()];
        from.get(text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    int entryCount() {
        return entries.size();
    }

    String instanceUid(int number) {
        return entries.get(number).instanceUid;
    }

    /** Codes of the chunk methods met so far. */
    Set<Integer> methods() {
        return methods;
    }

    byte[] object(int number) {
        Entry entry = entries.get(number);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer from = pack.duplicate();
        from.position((int) entry.offset);
        if ((pack.get((int) entry.offset) & 0xff) == 192) {
            return new byte[0];
        }
        while (out.size() < entry.length) {
            int first = from.get() & 0xff;
            int original = number(from);
            byte[] payload = new byte[number(from)];
            from.position(from.position() + 4);
            from.get(payload);
            methods.add(first & 63);
            out.writeBytes(chunk(first & 63, payload, original, entry.template));
            if ((first & 64) != 0 && out.size() != entry.length) {
                throw new IllegalStateException("ends at " + out.size());
            }
        }
        return out.toByteArray();
    }

    private static int number(ByteBuffer from) {
        int part = from.get() & 0xff;
        return part < 128 ? part : part - 128 + 128 * number(from);
    }

    private byte[] chunk(int method, byte[] payload, int original, int template) {
        return switch (method) {
            case 1 -> payload;
            case 2 -> zstd(payload, original, null);
            case 3 -> zstd(payload, original, templates.get(template));
            case 4 -> image(ByteBuffer.wrap(payload), original);
            case 5 -> SimpleLinearReader.read(payload, original);
            case 7 -> zstd(frame(payload, original), original, null);
            case 8 -> zstd(frame(payload, original), original, templates.get(template));
            case 9 -> PlainBytesReader.read(payload, original);
            default -> throw new IllegalStateException("method " + method);
        };
    }

    /** RFC 8878, 3.1.1: magic number, descriptor, content size. */
    private static byte[] frame(byte[] blocks, int length) {
        int size = length < 256 ? 1 : length < 65792 ? 2 : 4;
        ByteBuffer out = ByteBuffer.allocate(5 + size + blocks.length);
        out.order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(0xFD2FB528);
        out.put((byte) (0x20 + (size == 1 ? 0 : size == 2 ? 0x40 : 0x80)));
        for (int i = 0; i < size; i++) {
            out.put((byte) (length - (size == 2 ? 256 : 0) >> 8 * i));
        }
        return out.put(blocks).array();
    }

    private static byte[] zstd(byte[] frame, int length, byte[] dictionary) {
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            if (dictionary != null) {
                context.loadDict(dictionary, ZstdDictContentType.RAW_CONTENT);
            }
            return context.decompress(frame, length);
        }
    }

    private static byte[] image(ByteBuffer in, int length) {
        int predictor = in.get();
        int flags = in.get();
        int step = in.get();
        int contexts = in.get();
        int columns = in.getInt() * step;
        int[] starts = new int[contexts];
        for (int c = 1; c < contexts; c++) {
            starts[c] = in.get();
        }
        byte[] shifts = new byte[contexts];
        in.get(shifts);
        ByteBuffer[] streams = new ByteBuffer[contexts + 2];
        for (int s = 0; s < streams.length; s++) {
            int raw = in.getInt();
            byte[] stored = new byte[in.getInt()];
            in.get(stored);
            streams[s] = ByteBuffer.wrap(stored.length == raw ? stored : zstd(stored, raw, null));
        }
        int size = (flags & 1) + 1;
        int range = size == 2 ? 65536 : 256;
        int rows = length / size / columns;
        int[][] x = new int[rows + 1][columns];
        long[] bits = new long[2];
        for (int y = 1; y <= rows; y++) {
            for (int i = 0; i < columns; i++) {
                int n = x[y - 1][i];
                int w = i < step ? n : x[y][i - step];
                int nw = i < step ? n : x[y - 1][i - step];
                int ne = i + step < columns ? x[y - 1][i + step] : n;
                int activity = Math.abs(w - nw) + Math.abs(n - nw) + Math.abs(n - ne);
                int bucket = bucket(activity);
                int c = contexts - 1;
                while (bucket < starts[c]) {
                    c--;
                }
                int v = streams[c].get() & 0xff;
                v = v == 255
                        ? streams[contexts].getShort() & 0xffff
                        : v << shifts[c] | low(streams[contexts + 1], bits, shifts[c]);
                int residual = v % 2 == 0 ? v / 2 : -(v + 1) / 2;
                int guess = guess(predictor, w, n, nw, ne);
                x[y][i] = Math.floorMod(guess + residual, range);
            }
        }
        return bytes(x, flags, length);
    }

    private static int bucket(int activity) {
        if (activity < 4) {
            return activity;
        }
        int e = 31 - Integer.numberOfLeadingZeros(activity);
        return 4 * (e - 1) + (activity >> (e - 2)) % 4;
    }

    private static int low(ByteBuffer from, long[] bits, int wanted) {
        while (bits[1] < wanted) {
            bits[0] |= (from.get() & 0xffL) << bits[1];
            bits[1] += 8;
        }
        int value = (int) (bits[0] & (1L << wanted) - 1);
        bits[0] >>= wanted;
        bits[1] -= wanted;
        return value;
    }

    private static int guess(int predictor, int w, int n, int nw, int ne) {
        return switch (predictor) {
            case 0 -> w;
            case 1 -> n;
            case 2 -> {
                int[] three = {w, n, w + n - nw};
                java.util.Arrays.sort(three);
                yield three[1];
            }
            case 3 -> (w + n) >> 1;
            case 4 -> (3 * w + 3 * n - 2 * nw + 2) >> 2;
            default -> w + ((ne - nw) >> 1);
        };
    }

    private static byte[] bytes(int[][] x, int flags, int length) {
        ByteBuffer out = ByteBuffer.allocate(length);
        boolean wide = (flags & 1) != 0;
        if ((flags & 2) == 0) {
            out.order(java.nio.ByteOrder.LITTLE_ENDIAN);
        }
        int half = wide ? 32768 : 128;
        for (int y = 1; y < x.length; y++) {
            for (int i = 0; i < x[y].length; i++) {
                int value = x[y][i];
                if ((flags & 8) != 0 && i % 3 != 1) {
                    value += x[y][i / 3 * 3 + 1] - half;
                }
                if ((flags & 4) != 0) {
                    value ^= half;
                }
                if (wide) {
                    out.putShort((short) value);
                } else {
                    out.put((byte) value);
                }
            }
        }
        return out.array();
    }
}
