package strata.codec.image;

/**
 * JPEG-LS, ITU-T T.87, PS3.5 8.2.3: lossless and near-lossless, 2 to 16 bits, interleaved by none,
 * line or sample. Mapping tables and restart intervals are not there in DICOM and are refused.
 */
final class JpegLsDecoder implements FrameDecoder {
    /** A run of a whole line takes a bit for each 2^15 samples, and a bit or two to get there. */
    private static final int MOST_SAMPLES_OF_ONE = 1 << 18;

    private static final int SAMPLE = 2;

    @Override
    public PixelLayout decodedLayout(PixelLayout encoded) {
        return Samples.decodedLayout(encoded);
    }

    @Override
    public byte[] decode(byte[] encoded, PixelLayout layout) throws MalformedImageException {
        JpegStream stream = new JpegStream(encoded);
        int[] preset = new int[5];
        byte[] frame = null;
        int decoded = 0;
        while (decoded < layout.samplesPerPixel()) {
            int marker = stream.next();
            if (marker == JpegStream.SOF55) {
                stream.checkFrame(layout, 2, 16);
                FrameCodecs.checkDensity(encoded, layout.samples(), MOST_SAMPLES_OF_ONE);
                frame = FrameCodecs.allocate(decodedLayout(layout));
            } else if (marker == JpegStream.LSE) {
                preset = preset(stream, preset);
            } else if (marker == JpegStream.SOS && frame != null) {
                JpegStream.Scan scan = stream.scan();
                decodeScan(stream, scan, preset, encoded, layout, frame);
                decoded += scan.components().length;
            } else {
                throw new MalformedImageException("no JPEG-LS: marker " + marker);
            }
        }
        return frame;
    }

    /** An LSE segment, C.2.4.1: of type 1 the coding parameters; others do not matter here. */
    private static int[] preset(JpegStream stream, int[] before) throws MalformedImageException {
        int end = stream.end();
        int at = stream.position();
        stream.position(end);
        if (end - at < 3) {
            throw new MalformedImageException("an LSE segment is too short");
        }
        if (stream.u8(at + 2) != 1) {
            return before;
        }
        if (end - at < 13) {
            throw new MalformedImageException("an LSE segment is too short");
        }
        int[] preset = new int[5];
        for (int i = 0; i < 5; i++) {
            preset[i] = stream.u16(at + 3 + 2 * i);
        }
        return preset;
    }

    private static void decodeScan(
            JpegStream stream,
            JpegStream.Scan scan,
            int[] preset,
            byte[] encoded,
            PixelLayout layout,
            byte[] frame)
            throws MalformedImageException {
        int components = scan.components().length;
        boolean fits = stream.restartInterval() == 0
                && scan.last() <= SAMPLE
                && (scan.last() != 0 || components == 1)
                && scan.low() == 0
                && (components == 1 || components == layout.samplesPerPixel());
        for (int table : scan.tables()) {
            fits &= table == 0;
        }
        if (!fits) {
            throw new MalformedImageException(
                    "a JPEG-LS scan with interleave mode " + scan.last() + " of " + components);
        }
        JpegLsParameters parameters =
                JpegLsParameters.of(stream.frame().precision(), scan.first(), preset);
        JpegLsScan lines = new JpegLsScan(
                new JpegLsModel(parameters),
                new JpegLsBits(encoded, stream.position()),
                layout.columns(),
                components);
        boolean bySample = scan.last() == SAMPLE && components > 1;
        int[] row = new int[layout.columns() * components];
        for (int y = 0; y < layout.rows(); y++) {
            if (bySample) {
                lines.samples();
            } else {
                lines.lines();
            }
            lines.row(row);
            Samples.putRow(frame, layout, y, row, scan.components()[0], components);
        }
        stream.position(lines.position());
    }
}
