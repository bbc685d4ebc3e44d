package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.network.AssociationException;
import strata.network.DimseClient;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The associations to a C-MOVE destination: one, and more of them when there is much to send. */
final class MoveTargets implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(MoveTargets.class);

    /** Fewer instances for each are not worth a further association. */
    static final int LEAST_INSTANCES = 8;

    private final List<MoveTarget> targets;

    private MoveTargets(List<MoveTarget> targets) {
        this.targets = targets;
    }

    /**
     * @throws AssociationException when not even the first can be opened; a destination that takes
     *     fewer than it is configured for gets all over those
     */
    static MoveTargets open(
            DimseClient client, AeTitle own, Destination to, Selection.Extent extent)
            throws IOException {
        List<MoveTarget> opened = new ArrayList<>();
        opened.add(MoveTarget.open(client, own, to, extent.kinds()));
        int most = Math.min(to.associations(), extent.count() / LEAST_INSTANCES);
        try {
            while (opened.size() < most) {
                opened.add(MoveTarget.open(client, own, to, extent.kinds()));
            }
        } catch (AssociationException e) {
            LOG.info(
                    "{} takes {} associations, not {}: {}",
                    to.aeTitle(),
                    opened.size(),
                    most,
                    e.getMessage());
        }
        return new MoveTargets(opened);
    }

    List<MoveTarget> routes() {
        return List.copyOf(targets);
    }

    @Override
    public void close() {
        targets.forEach(MoveTarget::close);
    }
}
