package strata.codec;

import strata.codec.dense.PlainBytes;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The chunks of an object until it is known which is the last, and, of a small object, whether it
 * is shorter as one chunk or with its plain chunks modelled. Not thread-safe.
 */
final class HeldObject {
    /** Objects up to this length are held whole. */
    static final int MAX_BYTES = 1 << 20;

    /** Up to this length the pixel coders' own framing may cost more than they gain. */
    private static final int SMALL_BYTES = 32 << 10;

    private static final int MAX_MODELLED_HEAD_BYTES = 64 << 10;
    /** What a program's frame has besides its blocks: magic and checksum. */
    private static final int FRAME_EXTRA = 8;

    private final EncodingProfile profile;
    private final ByteCompressor compressor;
    private final EncodedLayout.Builder layout = new EncodedLayout.Builder(true);
    private final OutputStream to;
    private final byte[] work;
    private final List<EncodedChunk> chunks = new ArrayList<>();
    private byte[] original = new byte[0];
    private int length;
    private boolean whole = true;
    private boolean pixels;

    /** @param work for payloads, free between calls */
    HeldObject(EncodingProfile profile, ByteCompressor compressor, byte[] work, OutputStream to) {
        this.profile = profile;
        this.compressor = compressor;
        this.work = work;
        this.to = to;
    }

    /**
     * Takes the next chunk.
     *
     * @param bytes the original ones first
     * @param image whether only a pixel coder does the chunk justice
     */
    void add(EncodedChunk chunk, byte[] bytes, boolean image) throws IOException {
        pixels |= image;
        boolean plain = !pixels || profile == EncodingProfile.DENSE;
        int most = plain ? MAX_BYTES : SMALL_BYTES;
        whole &= length + (long) chunk.originalLength() <= most;
        if (whole) {
            if (original.length < length + chunk.originalLength()) {
                original = Arrays.copyOf(original, 2 * length + chunk.originalLength());
            }
            System.arraycopy(bytes, 0, original, length, chunk.originalLength());
            length += chunk.originalLength();
        } else {
            original = new byte[0];
            for (EncodedChunk held : chunks) {
                write(held, false);
            }
            chunks.clear();
        }
        chunks.add(chunk);
    }

    /** Writes what is left, in the shortest form. */
    EncodedLayout finish() throws IOException {
        if (whole && !chunks.isEmpty()) {
            shorten();
        }
        if (chunks.isEmpty()) {
            to.write(CompactHeader.EMPTY);
        }
        for (int i = 0; i < chunks.size(); i++) {
            write(chunks.get(i), i == chunks.size() - 1);
        }
        return layout.build();
    }

    private void write(EncodedChunk chunk, boolean last) throws IOException {
        byte[] header = CompactHeader.bytes(
                chunk.method(),
                last,
                chunk.originalLength(),
                chunk.payload().length,
                chunk.sum(),
                layout.originalBytes());
        to.write(header);
        to.write(chunk.payload());
        layout.add(chunk.originalLength(), header.length + chunk.payload().length);
    }

    private void shorten() {
        EncodedChunk head = chunks.get(0);
        if (head.method() == ChunkMethod.BLOCKS_TEMPLATE
                || head.method() == ChunkMethod.ZSTD_TEMPLATE) {
            return;
        }
        boolean dense = profile == EncodingProfile.DENSE;
        if (pixels && !(length <= SMALL_BYTES && compressor.comesNear(original, length, total()))) {
            if (dense) {
                modelHead();
            }
            return;
        }
        int peer = total() + FRAME_EXTRA;
        EncodedChunk one = null;
        if (chunks.size() > 1) {
            int frame = compressor.strongest(original, 0, length, work, length - 1);
            if (frame > 0) {
                peer = frame + FRAME_EXTRA;
                one = whole(ChunkMethod.ZSTD, frame);
            }
        }
        // Other versions of zstd make frames that are shorter by a few bytes now and then.
        int wanted = peer - peer / 512 - FRAME_EXTRA;
        boolean enough = Math.min(total(), one == null ? total() : one.lengthBytes()) <= wanted;
        if (dense || !enough) {
            modelHead();
        }
        takeIfShorter(one);
        if (dense || total() > wanted) {
            takeIfShorter(whole(ChunkMethod.BYTES, model(length, total())));
        }
        if (total() > wanted) {
            compressLastOtherwise();
        }
    }

    private void takeIfShorter(EncodedChunk one) {
        if (one != null && one.lengthBytes() < total()) {
            chunks.clear();
            chunks.add(one);
        }
    }

    /** Now and then a lower level is the better one. */
    private void compressLastOtherwise() {
        EncodedChunk last = chunks.get(chunks.size() - 1);
        int count = last.originalLength();
        int frame = last.method() == ChunkMethod.BLOCKS
                ? compressor.otherwise(original, length - count, count, work)
                : -1;
        if (frame > 0) {
            EncodedChunk other = EncodedChunk.of(
                    ChunkMethod.ZSTD, original, length - count, count, work, 0, frame);
            if (other.lengthBytes() < last.lengthBytes()) {
                chunks.set(chunks.size() - 1, other);
            }
        }
    }

    private int total() {
        int sum = 0;
        for (EncodedChunk chunk : chunks) {
            sum += chunk.lengthBytes();
        }
        return sum;
    }

    private int model(int count, int most) {
        return new PlainBytes().encode(original, 0, count, work, Math.min(most, count) - 1);
    }

    private EncodedChunk whole(ChunkMethod method, int payload) {
        return payload <= 0 ? null : EncodedChunk.of(method, original, 0, length, work, 0, payload);
    }

    private void modelHead() {
        EncodedChunk head = chunks.get(0);
        int count = head.originalLength();
        if (chunks.size() == 1
                || head.method() == ChunkMethod.DENSE
                || head.method() == ChunkMethod.LINEAR
                || count > MAX_MODELLED_HEAD_BYTES) {
            return;
        }
        int payload = model(count, head.payload().length);
        if (payload > 0) {
            chunks.set(0, EncodedChunk.of(ChunkMethod.BYTES, original, 0, count, work, 0, payload));
        }
    }
}
