package strata.server.configuration;

/** How full a tier may become: a share of its file system, or a number of bytes that it holds. */
public sealed interface FillMark {
    /** @param percent 1 to 99 */
    record Share(int percent) implements FillMark {
        public Share {
            if (percent < 1 || percent > 99) {
                throw new IllegalArgumentException("a share is 1% to 99%");
            }
        }

        @Override
        public long bytesOf(long totalBytes) {
            return (long) (totalBytes * (percent / 100.0));
        }

        @Override
        public String toString() {
            return percent + "%";
        }
    }

    record Bytes(long bytes) implements FillMark {
        public Bytes {
            if (bytes < 1) {
                throw new IllegalArgumentException("a fill mark is at least one byte");
            }
        }

        @Override
        public long bytesOf(long totalBytes) {
            return bytes;
        }

        @Override
        public String toString() {
            return bytes + " B";
        }
    }

    /**
     * The mark in bytes.
     *
     * @param totalBytes size of the tier's file system
     */
    long bytesOf(long totalBytes);

    /** Reads {@code 80%} or a size. */
    static FillMark parse(String text) {
        if (text.matches("[0-9]{1,3} ?%")) {
            return new Share(
                    Integer.parseInt(text.substring(0, text.length() - 1).strip()));
        }
        if (text.matches(".*[A-Za-z]")) {
            return new Bytes(Size.parse(text));
        }
        throw new IllegalArgumentException("expected a share or a size, such as 80% or 64 GB");
    }
}
