package strata.codec.image;

/**
 * JPEG baseline and extended sequential with Huffman coding, ITU-T T.81 processes 1, 2 and 4, PS3.5
 * 8.2.1: 8 and 12 bits. Components come as they are coded, without a change of colour space;
 * subsampled ones are brought to full size.
 */
final class DctJpegDecoder implements FrameDecoder {
    private static final int BLOCK = 8;

    @Override
    public PixelLayout decodedLayout(PixelLayout encoded) {
        return Samples.decodedLayout(encoded);
    }

    @Override
    public byte[] decode(byte[] encoded, PixelLayout layout) throws MalformedImageException {
        JpegStream stream = new JpegStream(encoded);
        DctPlane[] planes = null;
        int decoded = 0;
        while (decoded < layout.samplesPerPixel()) {
            int marker = stream.next();
            if (marker == JpegStream.SOF0 || marker == JpegStream.SOF1) {
                stream.checkFrame(layout, 8, marker == JpegStream.SOF0 ? 8 : 12);
                planes = planes(encoded, stream.frame(), layout);
            } else if (marker == JpegStream.SOS && planes != null) {
                JpegStream.Scan scan = stream.scan();
                new DctScan(stream, scan, planes).decode(encoded);
                decoded += scan.components().length;
            } else {
                throw new MalformedImageException("no sequential JPEG: marker " + marker);
            }
        }
        byte[] frame = FrameCodecs.allocate(decodedLayout(layout));
        for (int c = 0; c < planes.length; c++) {
            planes[c].put(frame, layout, c);
        }
        return frame;
    }

    private static DctPlane[] planes(byte[] encoded, JpegStream.Frame coded, PixelLayout layout)
            throws MalformedImageException {
        boolean depth = coded.precision() == 8 || coded.precision() == 12;
        if (!depth) {
            throw new MalformedImageException("JPEG of " + coded.precision() + " bits");
        }
        FrameCodecs.allocatable(layout);
        int mostHorizontal = 1;
        int mostVertical = 1;
        for (int c = 0; c < coded.components(); c++) {
            mostHorizontal = Math.max(mostHorizontal, coded.horizontal()[c]);
            mostVertical = Math.max(mostVertical, coded.vertical()[c]);
        }
        // An MCU takes two bits a block at least, and covers so many pixels.
        long pixelsOfByte = 4L * BLOCK * BLOCK * mostHorizontal * mostVertical;
        FrameCodecs.checkDensity(encoded, layout.pixels(), pixelsOfByte);
        DctPlane[] planes = new DctPlane[coded.components()];
        for (int c = 0; c < planes.length; c++) {
            planes[c] = new DctPlane(
                    layout,
                    coded.precision(),
                    coded.horizontal()[c],
                    coded.vertical()[c],
                    mostHorizontal,
                    mostVertical);
        }
        return planes;
    }
}
