package strata.network.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Reads HTTP/1.1 requests and refuses what two readers could understand differently: a request with
 * both Content-Length and Transfer-Encoding, which RFC 9112 6.1 lets a server repair, is an error
 * here, since nothing honest sends it.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
    static final int MAX_CHUNK_BYTES = 64 * 1024;

    StrictRequestDecoder(HttpLimits limits) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLineBytes())
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setStrictLineParsing(true)
                .setAllowDuplicateContentLengths(false));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
