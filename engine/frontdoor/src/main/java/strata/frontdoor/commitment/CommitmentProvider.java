package strata.frontdoor.commitment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Disk;
import strata.base.Metrics;
import strata.base.StorageException;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.network.AssociationInfo;
import strata.network.NormalizedAnswer;
import strata.network.NormalizedRequest;
import strata.network.Reporter;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Storage commitment as provider: takes transactions, and works on them on threads of its own until
 * each is reported or given up; those that a restart finds go on. Thread-safe.
 */
public final class CommitmentProvider implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitmentProvider.class);
    private static final int THREADS = 2;
    private static final long END_SECONDS = 10;

    /** What the attempts at all transactions share. */
    record Shared(
            Transactions transactions,
            CheckReferences check,
            ReportRoute route,
            CommitmentOptions options,
            Clock clock,
            CommitmentMeters meters,
            Audit audit) {}

    private final CommitmentOptions options;
    private final Transactions transactions;
    private final CommitmentMeters meters;
    private final Shared shared;
    private final ScheduledThreadPoolExecutor threads;
    private volatile boolean closing;

    private CommitmentProvider(Shared shared) {
        this.shared = shared;
        this.options = shared.options();
        this.transactions = shared.transactions();
        this.meters = shared.meters();
        AtomicInteger number = new AtomicInteger();
        threads = new ScheduledThreadPoolExecutor(THREADS, work -> {
            Thread thread = new Thread(work, "commitment-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Opens what is kept in a directory and goes on with it.
     *
     * @param devices the device or site behind a holder of copies; equal ones are not independent
     * @throws strata.base.FormatException when a later Strata wrote a transaction
     */
    public static CommitmentProvider open(
            Disk disk,
            Path directory,
            Store store,
            UnaryOperator<String> devices,
            ReportRoute route,
            CommitmentOptions options,
            Clock clock,
            Metrics metrics,
            Audit audit)
            throws IOException {
        Transactions transactions =
                Transactions.open(TransactionFiles.open(disk, directory), options, clock);
        CommitmentProvider provider = new CommitmentProvider(new Shared(
                transactions,
                new CheckReferences(store, devices, options.copies()),
                route,
                options,
                clock,
                new CommitmentMeters(metrics, transactions),
                audit));
        for (Transaction each : transactions.list()) {
            if (each.state().isPending()) {
                provider.start(each, Optional.empty());
            }
        }
        return provider;
    }

    /** All transactions that are known, oldest first; those over are known for a week. */
    public List<Transaction> transactions() {
        return transactions.list();
    }

    /** The N-ACTION, PS3.4 J.3.2; it is durable before it is answered. */
    NormalizedAnswer request(
            AssociationInfo association, NormalizedRequest request, Reporter reporter)
            throws IOException {
        try {
            Transaction begun = begin(association.calling(), request);
            meters.accepted();
            start(begun, Optional.of(reporter));
            return NormalizedAnswer.SUCCESS;
        } catch (DimseException e) {
            meters.refused();
            LOG.info("{}: storage commitment refused: {}", association, e.getMessage());
            throw e;
        } catch (StorageException e) {
            meters.refused();
            LOG.error("{}: storage commitment cannot be kept: {}", association, e.getMessage());
            throw new DimseException(Status.RESOURCE_LIMITATION, "storage " + e.kind(), e);
        }
    }

    private Transaction begin(AeTitle requester, NormalizedRequest request) throws IOException {
        if (!request.sopInstance().equals(Optional.of(CommitmentReport.SOP_INSTANCE))) {
            throw new DimseException(Status.NO_SUCH_SOP_INSTANCE, "not the well-known instance");
        }
        if (request.typeId() != CommitmentReport.REQUEST_COMMITMENT) {
            throw new DimseException(Status.NO_SUCH_ACTION, "action type " + request.typeId());
        }
        Uid uid = CommitmentReport.transaction(request.dataSet());
        List<DataSet> items = request.dataSet().items(Tag.ReferencedSOPSequence);
        if (items.isEmpty()) {
            throw new DimseException(Status.INVALID_ARGUMENT_VALUE, "nothing is referenced");
        }
        if (items.size() > options.maxReferences()) {
            throw new DimseException(
                    Status.RESOURCE_LIMITATION,
                    "more than " + options.maxReferences() + " references");
        }
        Map<Reference, Verdict> references = new LinkedHashMap<>();
        for (DataSet item : items) {
            references.put(CommitmentReport.reference(item), Verdict.UNJUDGED);
        }
        return transactions.begin(uid, requester, references);
    }

    private void start(Transaction transaction, Optional<Reporter> reporter) {
        schedule(new RunTransaction(shared, transaction, reporter, () -> closing), Duration.ZERO);
    }

    private void schedule(RunTransaction run, Duration pause) {
        try {
            threads.schedule(() -> attempt(run), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} goes on after the next start", run);
        }
    }

    private void attempt(RunTransaction run) {
        if (closing) {
            return;
        }
        try {
            run.attempt().ifPresent(pause -> schedule(run, pause));
        } catch (RuntimeException e) {
            LOG.error("{} failed", run, e);
            schedule(run, options.longestPause());
        }
    }

    /** Stops between two objects; what is pending goes on after the next start. */
    @Override
    public void close() {
        closing = true;
        threads.shutdown();
        try {
            if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("storage commitment is still at work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
