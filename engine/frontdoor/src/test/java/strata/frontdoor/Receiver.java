package strata.frontdoor;

import strata.base.AeTitle;
import strata.base.Await;
import strata.base.Uid;
import strata.network.AssociationInfo;
import strata.network.StoreCompletion;
import strata.network.StoreRequest;
import strata.network.StoreService;
import strata.network.StoreSink;
import strata.network.dimse.Status;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A C-MOVE destination that keeps what it gets and answers as it is told. */
final class Receiver implements StoreService {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    final Map<Uid, byte[]> received = new ConcurrentHashMap<>();
    final Map<Uid, Status> answers = new ConcurrentHashMap<>();
    volatile AeTitle calling;
    volatile StoreRequest lastRequest;
    volatile IntConsumer onReceived = count -> {};
    volatile Waiting beforeAnswer = () -> {};

    /** What is waited for before an answer. */
    interface Waiting {
        void await() throws Exception;
    }

    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private volatile int hold;

    /** Answers nothing until so many instances are here that were not answered. */
    void holdUntilUnanswered(int count) {
        hold = count;
    }

    int mostUnanswered() {
        return most.get();
    }

    @Override
    public StoreSink begin(AssociationInfo association, StoreRequest request) {
        calling = association.calling();
        lastRequest = request;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new StoreSink() {
            @Override
            public void write(ByteBuffer data) {
                byte[] part = new byte[data.remaining()];
                data.get(part);
                bytes.writeBytes(part);
            }

            @Override
            public void complete(StoreCompletion completion) {
                most.accumulateAndGet(unanswered.incrementAndGet(), Math::max);
                received.put(request.sopInstance(), bytes.toByteArray());
                Status status = answers.getOrDefault(request.sopInstance(), Status.SUCCESS);
                try {
                    Await.until("a window is used", LIMIT, () -> most.get() >= hold);
                    beforeAnswer.await();
                } catch (Exception e) {
                    status = Status.PROCESSING_FAILURE;
                }
                unanswered.decrementAndGet();
                completion.done(status);
                onReceived.accept(received.size());
            }

            @Override
            public void abort() {}
        };
    }
}
