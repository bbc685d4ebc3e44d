package strata.frontdoor.web;

import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.frontdoor.Selection;
import strata.network.http.ResponseStream;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends the metadata of a selection: some instances are read and described at a time, and sent in
 * order. One whose description is long is described while it is sent, so that memory is bounded.
 * For the thread of the request.
 */
final class DescribeInstances {
    private static final int MOST_AHEAD = 16;

    /** An instance with a longer head than this is described when its turn comes. */
    private static final int MOST_HEAD_BYTES = 512 << 10;

    private static final int WRITER_CHARS = 16 << 10;
    private static final int FIRST_CHARS = 8 << 10;

    private final ReadHead heads;
    private final Executor executor;
    private final MetadataModel model;
    private final ResponseStream out;
    private final MultipartWriter parts;
    private final Deque<Ahead> ahead = new ArrayDeque<>();
    private int sent;

    /** An instance, and its text once somebody has made it; empty when it is too long to hold. */
    private record Ahead(VersionEntry version, FutureTask<Optional<byte[]>> text) {}

    DescribeInstances(
            ReadHead heads,
            Executor executor,
            MetadataModel model,
            String baseUrl,
            ResponseStream out,
            String boundary) {
        this.heads = heads;
        this.executor = executor;
        this.model = model;
        this.out = out;
        this.parts = new MultipartWriter(out, boundary, baseUrl);
    }

    /** How many instances were described. */
    int run(Selection selection) throws IOException {
        selection.forEach(version -> {
            add(version);
            if (ahead.size() == MOST_AHEAD) {
                sendFirst();
            }
            return true;
        });
        while (!ahead.isEmpty()) {
            sendFirst();
        }
        switch (model) {
            case JSON -> out.write((sent == 0 ? "[]" : "]").getBytes(StandardCharsets.US_ASCII));
            case XML -> parts.end();
        }
        return sent;
    }

    private void add(VersionEntry version) {
        FutureTask<Optional<byte[]>> text = new FutureTask<>(() -> describe(version));
        ahead.add(new Ahead(version, text));
        try {
            executor.execute(text);
        } catch (RejectedExecutionException e) {
            // The sender describes it when its turn comes.
            return;
        }
    }

    private Optional<byte[]> describe(VersionEntry version) throws IOException {
        Optional<DataSet> head = heads.read(version, MOST_HEAD_BYTES);
        if (head.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder(FIRST_CHARS);
        model.write(head.get(), parts.url(version), text);
        return Optional.of(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void sendFirst() throws IOException {
        Ahead first = ahead.remove();
        // Does nothing when a reader has come to it before.
        first.text.run();
        Optional<byte[]> text = await(first.text);
        DataSet head = text.isPresent() ? null : heads.read(first.version);
        switch (model) {
            case JSON -> out.write(sent == 0 ? '[' : ',');
            case XML ->
                parts.part(Map.of(
                        "Content-Type",
                        MediaType.DICOM_XML.toString(),
                        "Content-Location",
                        parts.url(first.version) + "/metadata"));
        }
        if (head == null) {
            out.write(text.orElseThrow());
        } else {
            Writer writer = new BufferedWriter(
                    new OutputStreamWriter(out, StandardCharsets.UTF_8), WRITER_CHARS);
            model.write(head, parts.url(first.version), writer);
            writer.flush();
        }
        sent++;
    }

    private static Optional<byte[]> await(FutureTask<Optional<byte[]>> text) throws IOException {
        try {
            return text.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw new IllegalStateException("an instance could not be described", e.getCause());
        }
    }
}
