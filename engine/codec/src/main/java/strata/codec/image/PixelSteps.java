package strata.codec.image;

import strata.dicom.DataSetHandler;
import strata.dicom.DataSetWriter;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.TransferSyntax.Pixels;
import strata.dicom.Vr;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The pixel data of one data set on its way from one encoding to another: gathers frames as their
 * bytes come, decodes and encodes them one at a time. For one thread.
 */
final class PixelSteps {
    private static final long MAX_VALUE_BYTES = 0xFFFFFFFEL;

    private final TransferSyntax to;
    private final FrameDecoder decoder;
    private final FrameEncoder encoder;
    private final PixelLayout described;
    private final PixelLayout decoded;
    private final int frames;
    private final FrameGathering gathering;
    private final PartSwap swapIn;
    private final PartSwap swapOut;
    private final Consumer<byte[]> ready;
    private byte[] frame;
    private int length;
    private int gathered;
    private int written;
    private int pendingBits;
    private int pendingByte;
    private long nativeBytes;

    /**
     * @param described what the data set says of the pixels as they are stored
     * @param vr of the pixel data as it is stored: native words are swapped as words, whatever the
     *     size of a sample (PS3.5 7.3)
     * @param ready takes each frame as it is stored, native ones in little endian
     * @throws MalformedImageException when there is no way for this layout
     */
    PixelSteps(
            TransferSyntax from,
            TransferSyntax to,
            Vr vr,
            PixelLayout described,
            int frames,
            byte[] extendedOffsets,
            Consumer<byte[]> ready)
            throws MalformedImageException {
        boolean rawIn = from.pixels() == Pixels.NATIVE;
        this.to = to;
        this.described = described;
        this.frames = frames;
        this.ready = ready;
        this.decoder = rawIn ? null : FrameCodecs.decoder(from).orElseThrow();
        this.encoder =
                to.pixels() == Pixels.NATIVE ? null : FrameCodecs.encoder(to).orElseThrow();
        this.decoded = rawIn ? described : decoder.decodedLayout(described);
        FrameCodecs.allocatable(decoded);
        if (encoder != null && !encoder.supports(decoded)) {
            throw new MalformedImageException(to.name() + " cannot carry " + decoded);
        }
        this.gathering = rawIn ? null : new FrameGathering(from, frames, extendedOffsets, ready);
        this.swapIn = new PartSwap(from.isBigEndian() ? vr.unitBytes() : 1);
        this.swapOut = new PartSwap(to.isBigEndian() ? vrOut().unitBytes() : 1);
        this.frame = new byte[0];
    }

    /** As the data set has to describe the pixels now. */
    PixelLayout layout() {
        return encoder == null ? decoded : encoder.encodedLayout(decoded);
    }

    /** Bytes of all frames natively. */
    private long nativeLength() {
        return (decoded.frameBits() * frames + 7) / 8;
    }

    // ---- gathering

    void fragment(int index, long lengthBytes) {
        gathering.fragment(index, lengthBytes);
    }

    void part(ByteBuffer part, boolean last) {
        if (gathering != null) {
            gathering.part(part, last);
            return;
        }
        byte[] samples = swapIn.part(part, last);
        int at = 0;
        while (at < samples.length && gathered < frames) {
            if (length == 0) {
                frame = new byte[(int) decoded.frameBytes()];
            }
            int take = Math.min(samples.length - at, frame.length - length);
            System.arraycopy(samples, at, frame, length, take);
            at += take;
            length += take;
            if (length == frame.length) {
                ready.accept(frame);
                gathered++;
                length = 0;
            }
        }
    }

    void fragmentsEnd() {
        gathering.end();
    }

    // ---- writing

    void header(OutputStream out) throws IOException {
        if (encoder != null) {
            DataSetWriter.writeHeader(
                    Tag.PixelData, Vr.OB, DataSetHandler.UNDEFINED_LENGTH, to, out);
            DataSetWriter.writeItemHeader(Tag.Item, 0, to, out);
            return;
        }
        long length = nativeLength();
        if (length > MAX_VALUE_BYTES) {
            throw new MalformedImageException(length + " bytes of native pixels");
        }
        DataSetWriter.writeHeader(Tag.PixelData, vrOut(), length + (length & 1), to, out);
    }

    private Vr vrOut() {
        return decoded.bitsAllocated() > 8 ? Vr.OW : Vr.OB;
    }

    void frame(byte[] stored, OutputStream out) throws IOException {
        if (++written > frames) {
            throw new MalformedImageException("more than " + frames + " frames");
        }
        byte[] samples = decoder == null ? stored : decoder.decode(stored, described);
        if (encoder != null) {
            byte[] encoded = encoder.encode(samples, decoded);
            DataSetWriter.writeItemHeader(Tag.Item, encoded.length, to, out);
            out.write(encoded);
            return;
        }
        byte[] whole = decoded.frameBits() % 8 == 0 ? samples : bits(samples);
        nativeBytes += whole.length;
        out.write(swapOut.part(ByteBuffer.wrap(whole), false));
    }

    /** Frames of single bits follow each other without a gap, PS3.5 8.1.1. */
    private byte[] bits(byte[] samples) {
        int left = (int) decoded.frameBits();
        byte[] whole = new byte[(pendingBits + left) / 8];
        int at = 0;
        for (int i = 0; left > 0; i++) {
            int more = Math.min(8, left);
            pendingByte |= (samples[i] & (1 << more) - 1) << pendingBits;
            pendingBits += more;
            left -= more;
            if (pendingBits >= 8) {
                whole[at++] = (byte) pendingByte;
                pendingByte >>>= 8;
                pendingBits -= 8;
            }
        }
        return whole;
    }

    void end(OutputStream out) throws IOException {
        if (gathering != null && gathering.failure() != null) {
            throw new MalformedImageException(gathering.failure());
        }
        if (written != frames) {
            throw new MalformedImageException(written + " frames of " + frames);
        }
        if (encoder != null) {
            DataSetWriter.writeItemHeader(Tag.SequenceDelimitationItem, 0, to, out);
            return;
        }
        byte[] rest = pendingBits > 0 ? new byte[] {(byte) pendingByte} : new byte[0];
        nativeBytes += rest.length;
        rest = Arrays.copyOf(rest, rest.length + (int) (nativeBytes & 1));
        out.write(swapOut.part(ByteBuffer.wrap(rest), true));
    }
}
