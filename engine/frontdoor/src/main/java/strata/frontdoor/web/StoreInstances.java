package strata.frontdoor.web;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.StorageException;
import strata.base.Uid;
import strata.frontdoor.web.StoreOutcome.Failed;
import strata.frontdoor.web.StoreOutcome.Stored;
import strata.network.http.HttpException;
import strata.store.Store;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Stores the instances of one request, one after the other as they come. While one is received,
 * those before it may still be waiting for the disk: at most {@link #COMMITS_IN_FLIGHT}, so that
 * they share its syncs.
 */
final class StoreInstances {
    private static final Logger LOG = LoggerFactory.getLogger(StoreInstances.class);
    static final int COMMITS_IN_FLIGHT = 8;

    private final Store store;
    private final Optional<Uid> study;
    private final Executor committers;
    private final Consumer<StoreOutcome> listener;
    private final Deque<CompletableFuture<StoreOutcome>> inFlight = new ArrayDeque<>();
    private final List<StoreOutcome> outcomes = new ArrayList<>();
    private volatile StorageException storage;
    private HttpException broken;

    /**
     * @param study that every instance must belong to
     * @param listener hears of each outcome, in the order of the instances
     */
    StoreInstances(
            Store store,
            Optional<Uid> study,
            Executor committers,
            Consumer<StoreOutcome> listener) {
        this.store = store;
        this.study = study;
        this.committers = committers;
        this.listener = listener;
    }

    /** Reads instances until their source ends. */
    @FunctionalInterface
    interface Source {
        /** Calls {@link #one} or {@link #refused} for each. */
        void readInto(StoreInstances into) throws IOException;
    }

    /**
     * Stores all of the source; on return the outcomes are settled. A body that breaks off ends it
     * early: what was stored before stays and is told. After a medium has refused an instance
     * because it takes no more, those that follow are read only to be listed as failed.
     *
     * @throws HttpException when the body is wrong and nothing was stored
     * @throws IOException when the peer is gone
     */
    void run(Source source) throws IOException {
        try {
            source.readInto(this);
        } catch (HttpException e) {
            broken = e;
        } finally {
            while (!inFlight.isEmpty()) {
                settleFirst();
            }
        }
        if (broken != null) {
            if (stored().isEmpty()) {
                throw broken;
            }
            LOG.warn("a store request was cut short: {}", broken.getMessage());
            add(StoreOutcome.failed(StoreOutcome.CANNOT_UNDERSTAND, broken.getMessage()));
        }
    }

    /** Takes one DICOM file. */
    void one(InputStream file) throws IOException {
        StoreInstance instance = new StoreInstance(store, study);
        boolean received = false;
        try {
            Optional<Failed> refused = takesNoMore()
                    ? Optional.of(instance.listed(file, noRoom(storage)))
                    : instance.receive(file);
            if (refused.isPresent()) {
                enqueue(CompletableFuture.completedFuture(refused.get()));
                return;
            }
            received = true;
        } catch (StorageException e) {
            storage = e;
            enqueue(CompletableFuture.completedFuture(
                    instance.failed(StoreOutcome.OUT_OF_RESOURCES, noRoom(e))));
            return;
        } finally {
            if (!received) {
                instance.close();
            }
        }
        enqueue(CompletableFuture.supplyAsync(() -> commit(instance), committers));
    }

    /** One failed write says nothing of the next, which goes elsewhere. */
    private boolean takesNoMore() {
        StorageException failure = storage;
        return failure != null
                && switch (failure.kind()) {
                    case FULL, READ_ONLY, UNAVAILABLE -> true;
                    case FAILED, ON_ITS_WAY -> false;
                };
    }

    private static String noRoom(StorageException e) {
        return "storage " + e.kind();
    }

    /** Notes a part that is no instance. */
    void refused(Failed failed) {
        enqueue(CompletableFuture.completedFuture(failed));
    }

    private void enqueue(CompletableFuture<StoreOutcome> outcome) {
        inFlight.add(outcome);
        while (inFlight.size() > COMMITS_IN_FLIGHT || !inFlight.isEmpty() && isFirstDone()) {
            settleFirst();
        }
    }

    private boolean isFirstDone() {
        return inFlight.peek().isDone();
    }

    private void settleFirst() {
        add(inFlight.remove().join());
    }

    private void add(StoreOutcome outcome) {
        outcomes.add(outcome);
        listener.accept(outcome);
    }

    private StoreOutcome commit(StoreInstance instance) {
        try (StoreInstance closing = instance) {
            return closing.commit();
        } catch (StorageException e) {
            storage = e;
            return instance.failed(StoreOutcome.OUT_OF_RESOURCES, noRoom(e));
        } catch (IOException | RuntimeException e) {
            LOG.error("an instance could not be committed", e);
            return instance.failed(StoreOutcome.PROCESSING_FAILURE, "internal error");
        }
    }

    List<StoreOutcome> outcomes() {
        return outcomes;
    }

    List<Stored> stored() {
        return outcomes.stream()
                .filter(Stored.class::isInstance)
                .map(Stored.class::cast)
                .toList();
    }

    List<Failed> failed() {
        return outcomes.stream()
                .filter(Failed.class::isInstance)
                .map(Failed.class::cast)
                .toList();
    }

    /** Why storing ended, when that was not the peer's doing. */
    Optional<StorageException> storageFailure() {
        return Optional.ofNullable(storage);
    }
}
