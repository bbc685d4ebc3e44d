package strata.network.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One HTTP/2 connection (RFC 9113): each stream is a channel of its own with one request, see
 * {@link Http2Stream}. What is here is of the connection as a whole: its limits, and its end when
 * no stream is open for too long.
 *
 * <p>What a peer can make us hold is bounded by the flow-control windows: {@link #STREAM_WINDOW}
 * for each stream and {@link #CONNECTION_WINDOW} for all of them. Streams that are reset again and
 * again (rapid reset), floods of control frames and headers without end are answered with GOAWAY.
 */
final class Http2Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);

    static final int STREAMS = 100;
    static final int STREAM_WINDOW = 256 * 1024;
    static final int CONNECTION_WINDOW = 1024 * 1024;
    /** More resets of a peer in this time end its connection. */
    static final int RESETS = 200;

    private static final int RESETS_SECONDS = 30;
    private static final int FRAME_BYTES = 64 * 1024;
    private static final int EMPTY_FRAMES = 8;
    private static final long SHUTDOWN_MILLIS = 2_000;

    private final HttpServer server;
    private ChannelHandlerContext context;
    private Future<?> timer;
    private int streams;

    private Http2Connection(HttpServer server) {
        this.server = server;
    }

    /** Makes the pipeline of a connection whose preface is about to be read. */
    static void addTo(ChannelHandlerContext ctx, HttpServer server) {
        Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(STREAMS)
                        .initialWindowSize(STREAM_WINDOW)
                        .maxFrameSize(FRAME_BYTES)
                        .maxHeaderListSize(server.limits().headerBytes()))
                .validateHeaders(true)
                .decoderEnforceMaxRstFramesPerWindow(RESETS, RESETS_SECONDS)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_FRAMES)
                .gracefulShutdownTimeoutMillis(SHUTDOWN_MILLIS)
                .build();
        Http2Connection connection = new Http2Connection(server);
        ChannelPipeline pipeline = ctx.pipeline();
        pipeline.addLast(codec)
                .addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.config().setAutoRead(false);
                        stream.pipeline()
                                .addLast(new Http2StreamFrameToHttpObjectCodec(true))
                                .addLast(new Http2Stream(server, connection));
                    }
                }))
                .addLast(connection);
        widen(codec);
        // Flow control bounds what comes, so that control frames are always heard.
        ctx.channel().config().setAutoRead(true);
        connection.opened(pipeline.context(connection));
    }

    /** The window of the connection as a whole begins small whatever the settings say. */
    private static void widen(Http2FrameCodec codec) {
        try {
            codec.connection()
                    .local()
                    .flowController()
                    .incrementWindowSize(
                            codec.connection().connectionStream(),
                            CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
        } catch (Http2Exception e) {
            throw new IllegalStateException("the window of a new connection can be widened", e);
        }
    }

    private void opened(ChannelHandlerContext ctx) {
        context = ctx;
        closeAfter(server.limits().headTimeout());
    }

    /** Event loop: a request has come whole up to its body. */
    void streamOpened() {
        streams++;
        cancelTimer();
    }

    /** Event loop. */
    void streamClosed() {
        streams--;
        if (streams == 0) {
            closeAfter(server.limits().keepAliveTimeout());
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** GOAWAY first, then the end; what a peer sends late it can send again elsewhere. */
    private void closeAfter(Duration limit) {
        cancelTimer();
        timer = context.executor()
                .schedule(() -> context.close(), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancelTimer();
        ctx.fireChannelInactive();
    }

    /** Frames of the connection as a whole, as SETTINGS and PING, which the codec has answered. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        if (frame instanceof Http2GoAwayFrame leaving) {
            LOG.debug("{}: the peer leaves with error {}", ctx.channel(), leaving.errorCode());
        }
        ReferenceCountUtil.release(frame);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("connection {} failed", ctx.channel(), cause);
        if (!(cause instanceof Http2Exception)) {
            // The codec answers breaches of the protocol itself, by GOAWAY with their error.
            ctx.close();
        }
    }
}
