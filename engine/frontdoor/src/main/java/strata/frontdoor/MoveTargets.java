package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.network.AssociationException;
import strata.network.DimseClient;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * The associations to a C-MOVE destination: one, and more of them when there is much to send. The
 * first is open from the start; a further one is opened by who sends over it, since a destination
 * that takes one at a time lets the next wait until the first has ended.
 */
final class MoveTargets implements ParallelLanes.Further, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(MoveTargets.class);

    /** Fewer instances for each are not worth a further association. */
    static final int LEAST_INSTANCES = 8;

    private final DimseClient client;
    private final AeTitle own;
    private final Destination to;
    private final Selection.Extent extent;
    private final MoveTarget first;

    private MoveTargets(
            DimseClient client,
            AeTitle own,
            Destination to,
            Selection.Extent extent,
            MoveTarget first) {
        this.client = client;
        this.own = own;
        this.to = to;
        this.extent = extent;
        this.first = first;
    }

    /** @throws AssociationException when the first cannot be opened */
    static MoveTargets open(
            DimseClient client, AeTitle own, Destination to, Selection.Extent extent)
            throws IOException {
        return new MoveTargets(
                client, own, to, extent, MoveTarget.open(client, own, to, extent.kinds()));
    }

    MoveTarget first() {
        return first;
    }

    @Override
    public int most() {
        return Math.min(to.associations(), extent.count() / LEAST_INSTANCES) - 1;
    }

    @Override
    public Optional<MoveTarget> open() {
        try {
            return Optional.of(MoveTarget.open(client, own, to, extent.kinds()));
        } catch (IOException e) {
            LOG.info("{} takes no further association: {}", to.aeTitle(), e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        first.close();
    }
}
