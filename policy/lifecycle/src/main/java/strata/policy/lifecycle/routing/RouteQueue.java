package strata.policy.lifecycle.routing;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.VersionCursor;
import strata.catalog.VersionState;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What rules want to be sent, a {@code RouteLane} for each peer. In memory, but for what is parked:
 * after a restart the rules ask again for what is not in the book. Thread-safe.
 */
public final class RouteQueue implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteQueue.class);

    private final Catalog catalog;
    private final RouteBook book;
    private final SendStudy send;
    private final RouteOptions options;
    private final RouteMeters meters;
    private final Clock clock;
    private final Map<String, RouteLane> lanes = new ConcurrentSkipListMap<>();

    /** How a wish was taken. */
    public enum Answer {
        QUEUED,
        /** It is in the queue already. */
        PENDING,
        /** It is parked, or too many wait for the peer. */
        REFUSED
    }

    public RouteQueue(
            Catalog catalog,
            RouteBook book,
            SendStudy.Sender sender,
            SendStudy.Wanted wanted,
            SendStudy.Cold cold,
            RouteOptions options,
            Clock clock,
            Metrics metrics,
            Audit audit) {
        this.catalog = catalog;
        this.book = book;
        this.options = options;
        this.clock = clock;
        this.meters = new RouteMeters(metrics);
        this.send = new SendStudy(catalog, book, sender, wanted, cold, options, meters, audit);
        book.parked().forEach(parked -> lane(parked.peer()).restore(parked));
    }

    private RouteLane lane(String peer) {
        return lanes.computeIfAbsent(
                peer, p -> new RouteLane(p, book, send, options, meters, clock));
    }

    /** The peer is to get what it has not got of the study. Does not wait. */
    public Answer ask(Uid study, String peer) throws IOException {
        RouteLane lane = lane(peer);
        return switch (lane.ask(study)) {
            case NEW -> Answer.QUEUED;
            case KNOWN -> Answer.PENDING;
            case PARKED -> again(lane, study, peer);
            case FULL -> Answer.REFUSED;
        };
    }

    /** What is parked is tried again when another number of instances is left. */
    private Answer again(RouteLane lane, Uid study, String peer) throws IOException {
        if (send.left(study, peer) == lane.leftWhenParked(study)) {
            return Answer.REFUSED;
        }
        lane.retry(Optional.of(study));
        return Answer.PENDING;
    }

    /** Where the routing of a study to a peer stands. */
    public Optional<RouteEntry> find(Uid study, String peer) {
        RouteLane lane = lanes.get(peer);
        return lane == null ? Optional.empty() : lane.find(study);
    }

    /** Everything in the queue, by peer, in the order of its turn. */
    public List<RouteEntry> list() {
        List<RouteEntry> all = new ArrayList<>();
        lanes.values().forEach(lane -> all.addAll(lane.list()));
        return all;
    }

    /**
     * Tries at once what waits after failures or is parked.
     *
     * @return how many studies
     */
    public int retry(Optional<Uid> study, Optional<String> peer) {
        int count = 0;
        for (Map.Entry<String, RouteLane> each : lanes.entrySet()) {
            if (peer.isEmpty() || peer.get().equals(each.getKey())) {
                count += each.getValue().retry(study);
            }
        }
        LOG.info("{} studies that waited are routed now", count);
        return count;
    }

    /**
     * Forgets what was sent and what is parked of studies of which every version was purged; on
     * disk when it returns. Of a study that the index does not know nothing is forgotten: the
     * medium that has it may be away.
     *
     * @return how many studies were forgotten
     */
    public int forgetPurged() throws IOException {
        Set<Uid> gone = book.forget(this::isPurged);
        lanes.values().forEach(lane -> lane.forget(gone));
        if (!gone.isEmpty()) {
            LOG.info("what was routed of {} purged studies is forgotten", gone.size());
        }
        return gone.size();
    }

    private boolean isPurged(Uid study) throws IOException {
        boolean known = false;
        try (VersionCursor versions = catalog.study(study)) {
            while (versions.hasNext()) {
                if (versions.next().state() != VersionState.PURGED) {
                    return false;
                }
                known = true;
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return known;
    }

    /** What is being sent ends after an instance, and is waited for. */
    @Override
    public void close() {
        lanes.values().forEach(RouteLane::stop);
        lanes.values().forEach(RouteLane::await);
    }
}
