package strata.codec;

/**
 * Decides where chunks begin and end: the header up to the pixel data, whole frames or whole rows
 * of native pixel data, and the rest.
 */
final class ChunkPlan {
    private final PixelDataLocator locator = new PixelDataLocator();

    /** @param shape null when the chunk is to be taken as plain bytes */
    record Next(int length, ImageShape shape) {}

    /** Takes note of bytes as they come. */
    void see(byte[] bytes, int offset, int length) {
        locator.see(bytes, offset, length);
    }

    /**
     * @param position of the next chunk in the object
     * @param available bytes at hand, at least 1
     * @return a length that may be more than is available, if the object goes on; then it is to be
     *     asked again with more at hand
     */
    Next next(long position, int available, boolean ended) {
        PixelDataLocator.Place place = locator.place();
        if (place == null && position < locator.begin()) {
            long left = Math.min(locator.begin() - position, ObjectFormat.MAX_CHUNK_BYTES);
            return new Next((int) left, null);
        }
        if (place == null || position >= place.end()) {
            int most = ObjectFormat.MAX_CHUNK_BYTES;
            return new Next(ended ? Math.min(available, most) : most, null);
        }
        if (position < place.offset()) {
            long left = Math.min(place.offset() - position, ObjectFormat.MAX_CHUNK_BYTES);
            return new Next((int) left, null);
        }
        return pixels(place, position, ended ? available : Integer.MAX_VALUE);
    }

    private static Next pixels(PixelDataLocator.Place place, long position, int available) {
        ImageShape shape = place.shape();
        long left = Math.min(place.end() - position, available);
        int rowBytes = shape.rowBytes();
        if (left < rowBytes) {
            return new Next((int) left, null);
        }
        long frameBytes = shape.frameBytes();
        long inFrame = (position - place.offset()) % frameBytes;
        long wanted;
        if (inFrame == 0 && frameBytes <= ObjectFormat.TARGET_CHUNK_BYTES) {
            wanted = ObjectFormat.TARGET_CHUNK_BYTES / frameBytes * frameBytes;
        } else {
            // Equal parts of a large frame, in place of full ones and a small rest.
            long parts = (frameBytes - 1) / ObjectFormat.TARGET_CHUNK_BYTES + 1;
            long rows = ((frameBytes / rowBytes) - 1) / parts + 1;
            wanted = Math.min(rows * rowBytes, frameBytes - inFrame);
        }
        long length = Math.min(wanted, left);
        return new Next((int) (length - length % rowBytes), shape);
    }
}
