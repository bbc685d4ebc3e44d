package strata.frontdoor;

import strata.base.Uid;
import strata.network.AssociationException;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Sends what a retrieve selected: instances are read ahead and given to the lanes. For the thread
 * of the operation.
 */
final class RunRetrieve {
    /** Takes the next instance. */
    private interface Sender {
        void send(ReadAhead.Entry entry) throws IOException;
    }

    private final BooleanSupplier stop;
    private final Route route;
    private final RetrieveProgress progress;
    private final Map<Uid, List<Uid>> syntaxes = new HashMap<>();

    /** What is to be sent, in its order. */
    interface Walk {
        void forEach(Selection.Visitor visitor) throws IOException;
    }

    /**
     * @param stop whether nobody wants the rest any more
     * @param route tells the syntaxes that the receiver takes; the same for all lanes
     */
    RunRetrieve(BooleanSupplier stop, Route route, RetrieveProgress progress) {
        this.stop = stop;
        this.route = route;
        this.progress = progress;
    }

    /**
     * Over one lane.
     *
     * @param ahead empty; closed by the caller
     * @throws AssociationException when there is nobody left to send to, or to answer
     */
    void run(Walk selection, ReadAhead ahead, Lane only) throws IOException {
        sendAll(selection, ahead, only::send);
        only.settle(true);
    }

    /** Over several at a time, closed by the caller. */
    void run(Walk selection, ReadAhead ahead, ParallelLanes lanes) throws IOException {
        sendAll(selection, ahead, lanes::send);
    }

    private void sendAll(Walk selection, ReadAhead ahead, Sender sender) throws IOException {
        selection.forEach(version -> {
            if (isCancelled()) {
                return false;
            }
            ahead.add(version, accepted(version.sopClass()));
            if (ahead.isFull()) {
                sender.send(ahead.take());
            }
            return true;
        });
        while (!ahead.isEmpty() && !isCancelled()) {
            sender.send(ahead.take());
        }
    }

    private boolean isCancelled() {
        if (stop.getAsBoolean()) {
            progress.cancelled();
            return true;
        }
        return false;
    }

    private List<Uid> accepted(Uid sopClass) {
        return syntaxes.computeIfAbsent(sopClass, route::syntaxes);
    }
}
