package strata.frontdoor;

import strata.base.Uid;
import strata.network.AssociationException;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

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
     * @param route the first; tells the syntaxes that the receiver takes, the same for all lanes
     */
    RunRetrieve(BooleanSupplier stop, Route route, RetrieveProgress progress) {
        this.stop = stop;
        this.route = route;
        this.progress = progress;
    }

    /**
     * Over one lane, or over as many as are worth it.
     *
     * @param ahead empty; closed by the caller
     * @param laneOver makes a lane of a route
     * @param further the routes besides the first
     * @throws AssociationException when there is nobody left to send to, or to answer
     */
    void run(
            Walk selection,
            ReadAhead ahead,
            Function<Route, Lane> laneOver,
            Optional<ParallelLanes.Further> further)
            throws IOException {
        Lane first = laneOver.apply(route);
        if (further.isEmpty() || further.get().most() < 1) {
            sendAll(selection, ahead, first::send);
            first.settle(true);
            return;
        }
        try (ParallelLanes lanes = new ParallelLanes(first, further.get(), laneOver)) {
            sendAll(selection, ahead, lanes::send);
        }
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
