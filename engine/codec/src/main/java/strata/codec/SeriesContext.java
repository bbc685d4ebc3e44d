package strata.codec;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictContentType;

import java.io.Closeable;
import java.util.Arrays;
import java.util.Optional;

/**
 * What an encoder remembers from instance to instance of one series: the template, taken from the
 * first object that is encoded with it. One per series and pack; not thread-safe; close frees
 * native memory.
 */
public final class SeriesContext implements Closeable {
    /** Headers are small: a high level costs microseconds. */
    private static final int LEVEL = 9;

    private final boolean shares;
    private SeriesTemplate template;
    private ZstdDictCompress dictionary;
    private ZstdCompressCtx compressor;

    /** A context that has seen nothing yet. */
    public SeriesContext() {
        this(true);
    }

    private SeriesContext(boolean shares) {
        this.shares = shares;
    }

    /** For an object without companions, which would only pay for a template. */
    public static SeriesContext ofOne() {
        return new SeriesContext(false);
    }

    /** The template, once an object that is not empty has been encoded with others to come. */
    public Optional<SeriesTemplate> template() {
        return Optional.ofNullable(template);
    }

    /** Takes the template from the first header that comes by. */
    void offer(byte[] header, int offset, int length) {
        if (shares && template == null && length > 0) {
            int end = offset + Math.min(length, SeriesTemplate.MAX_BYTES);
            template = new SeriesTemplate(Arrays.copyOfRange(header, offset, end));
            dictionary = new ZstdDictCompress(
                    template.content(), LEVEL, ZstdDictContentType.RAW_CONTENT);
            compressor = ByteCompressor.context(LEVEL);
            compressor.loadDict(dictionary);
        }
    }

    /** Length of the frame at {@code to}, or -1 when there is no template or no room. */
    int compress(byte[] from, int offset, int length, byte[] to, int toOffset, int room) {
        if (compressor == null) {
            return -1;
        }
        return ByteCompressor.compress(compressor, from, offset, length, to, toOffset, room);
    }

    @Override
    public void close() {
        if (compressor != null) {
            compressor.close();
            dictionary.close();
            compressor = null;
        }
    }
}
