package strata.dicom;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Streaming inflation of a deflated data set, PS3.5 A.5 (RFC 1951), bounded in size and ratio. */
final class Inflation implements AutoCloseable {
    private static final int BUFFER_BYTES = 32 << 10;

    /** Takes the inflated bytes. */
    interface Sink {
        void accept(ByteBuffer inflated) throws MalformedDicomException;
    }

    private final Inflater inflater = new Inflater(true);
    private final ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);
    private final ParseLimits limits;
    private boolean trailing;

    Inflation(ParseLimits limits) {
        this.limits = limits;
    }

    void feed(ByteBuffer in, Sink sink) throws MalformedDicomException {
        if (inflater.finished()) {
            trailing |= hasNonZero(in);
            in.position(in.limit());
            return;
        }
        inflater.setInput(in);
        try {
            while (true) {
                out.clear();
                int n = inflater.inflate(out);
                if (n == 0) {
                    break;
                }
                checkBomb();
                sink.accept(out.flip());
            }
        } catch (DataFormatException e) {
            throw new MalformedDicomException(
                    "deflated data is broken", 0, inflater.getBytesWritten(), e);
        }
        if (inflater.needsDictionary()) {
            throw new MalformedDicomException("deflated data needs a dictionary", 0, 0);
        }
        trailing |= hasNonZero(in);
        in.position(in.limit());
    }

    /** A byte that makes the stream even is allowed, PS3.5 A.5. */
    private static boolean hasNonZero(ByteBuffer rest) {
        for (int i = rest.position(); i < rest.limit(); i++) {
            if (rest.get(i) != 0) {
                return true;
            }
        }
        return false;
    }

    private void checkBomb() throws MalformedDicomException {
        long inflated = inflater.getBytesWritten();
        long deflated = Math.max(1, inflater.getBytesRead());
        if (inflated > limits.maxInflatedBytes()) {
            throw new MalformedDicomException(
                    "inflates beyond " + limits.maxInflatedBytes() + " bytes", 0, inflated);
        }
        if (inflated > ParseLimits.INFLATION_GRACE_BYTES
                && inflated / deflated > limits.maxInflationRatio()) {
            throw new MalformedDicomException(
                    "inflates by more than " + limits.maxInflationRatio(), 0, inflated);
        }
    }

    boolean hasTrailingBytes() {
        return trailing;
    }

    void finish() throws MalformedDicomException {
        if (!inflater.finished()) {
            throw new MalformedDicomException(
                    "deflated data ends early", 0, inflater.getBytesWritten());
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
