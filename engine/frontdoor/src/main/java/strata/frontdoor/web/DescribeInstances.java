package strata.frontdoor.web;

import strata.catalog.DescriptionView;
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
 * Sends the metadata of a selection: what is kept of it as it is; of the others some are read and
 * described at a time, and sent in order. One whose description is long is described while it is
 * sent, so that memory is bounded. For the thread of the request.
 */
final class DescribeInstances {
    private static final int MOST_AHEAD = 16;

    private static final int WRITER_CHARS = 16 << 10;
    private static final byte[] ARRAY = {'['};
    private static final byte[] COMMA = {','};

    private final Descriptions descriptions;
    private final Executor executor;
    private final MetadataModel model;
    private final ResponseStream out;
    private final MultipartWriter parts;
    private final Deque<Ahead> ahead = new ArrayDeque<>();
    private int sent;

    /** An instance, and what describes it once somebody has made it; empty when that is long. */
    private record Ahead(VersionEntry version, FutureTask<Optional<Description>> description) {}

    DescribeInstances(
            Descriptions descriptions,
            Executor executor,
            MetadataModel model,
            String baseUrl,
            ResponseStream out,
            String boundary) {
        this.descriptions = descriptions;
        this.executor = executor;
        this.model = model;
        this.out = out;
        this.parts = new MultipartWriter(out, boundary, baseUrl);
    }

    /** How many instances were described. */
    int run(Selection selection) throws IOException {
        try (DescriptionView view = descriptions.view()) {
            selection.forEachByKey(version -> {
                Optional<Description> kept = descriptions.find(view, version, model);
                if (kept.isPresent() && ahead.isEmpty()) {
                    send(version, kept);
                } else {
                    add(version, kept.map(Description::copy));
                }
                if (ahead.size() == MOST_AHEAD) {
                    sendFirst();
                }
                return true;
            });
            while (!ahead.isEmpty()) {
                sendFirst();
            }
        }
        switch (model) {
            case JSON -> out.write((sent == 0 ? "[]" : "]").getBytes(StandardCharsets.US_ASCII));
            case XML -> parts.end();
        }
        return sent;
    }

    private void add(VersionEntry version, Optional<Description> kept) {
        FutureTask<Optional<Description>> description =
                new FutureTask<>(() -> kept.isPresent() ? kept : descriptions.make(version, model));
        ahead.add(new Ahead(version, description));
        if (kept.isPresent()) {
            return;
        }
        try {
            executor.execute(description);
        } catch (RejectedExecutionException e) {
            // The sender describes it when its turn comes.
            return;
        }
    }

    private void sendFirst() throws IOException {
        Ahead first = ahead.remove();
        // Does nothing when a reader has come to it before.
        first.description.run();
        send(first.version, await(first.description));
    }

    /** @param description empty when it is too long to hold */
    private void send(VersionEntry version, Optional<Description> description) throws IOException {
        String url = parts.url(version);
        DataSet head = description.isPresent() ? null : descriptions.read(version);
        switch (model) {
            case JSON -> out.write(sent == 0 ? ARRAY : COMMA);
            case XML ->
                parts.part(Map.of(
                        "Content-Type",
                        MediaType.DICOM_XML.toString(),
                        "Content-Location",
                        url + "/metadata"));
        }
        if (head == null) {
            description.orElseThrow().write(url, out);
        } else {
            Writer writer = new BufferedWriter(
                    new OutputStreamWriter(out, StandardCharsets.UTF_8), WRITER_CHARS);
            model.write(head, url, writer);
            writer.flush();
        }
        sent++;
    }

    private static Optional<Description> await(FutureTask<Optional<Description>> text)
            throws IOException {
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
