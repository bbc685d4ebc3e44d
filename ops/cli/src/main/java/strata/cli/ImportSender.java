package strata.cli;

import strata.network.AssociationException;
import strata.network.DimseClient;
import strata.network.RequestOptions;
import strata.network.pdu.PduLimits;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Gathers files into batches that one association can carry and sends some of them at a time. Used
 * by one thread.
 */
final class ImportSender implements ImportScan.Target, AutoCloseable {
    private static final int BATCH_FILES = 100;

    private final DimseClient client;
    private final RequestOptions options;
    private final ImportReport report;
    private final ThreadPoolExecutor senders;
    private List<ImportFile> files = new ArrayList<>();
    private Set<ImportFile.Kind> kinds = new HashSet<>();
    private volatile IOException failure;

    ImportSender(
            DimseClient client, RequestOptions options, int associations, ImportReport report) {
        this.client = client;
        this.options = options;
        this.report = report;
        this.senders = new ThreadPoolExecutor(
                associations,
                associations,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(1),
                work -> {
                    Thread thread = new Thread(work, "strata-import");
                    thread.setDaemon(true);
                    return thread;
                },
                // When all are busy, who scans sends too: nothing piles up.
                new ThreadPoolExecutor.CallerRunsPolicy());
    }

    @Override
    public boolean accept(ImportFile file) {
        boolean another = !kinds.contains(file.kind());
        if (files.size() >= BATCH_FILES || another && kinds.size() >= PduLimits.MAX_CONTEXTS) {
            flush();
        }
        files.add(file);
        kinds.add(file.kind());
        return failure == null;
    }

    private void flush() {
        List<ImportFile> batch = files;
        files = new ArrayList<>();
        kinds = new HashSet<>();
        if (!batch.isEmpty()) {
            senders.execute(() -> send(batch));
        }
    }

    private void send(List<ImportFile> batch) {
        if (failure != null) {
            return;
        }
        try {
            new ImportBatch(client, options, report).send(batch);
        } catch (AssociationException | RuntimeException e) {
            failure = e instanceof IOException io ? io : new IOException("internal error: " + e, e);
        }
    }

    /** Sends what is left and waits for the end. */
    @Override
    public void close() {
        flush();
        senders.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = senders.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
                client.close();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** @throws IOException when the server could not be sent to at all */
    void throwFailure() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }
}
