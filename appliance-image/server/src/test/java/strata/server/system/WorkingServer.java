package strata.server.system;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.StudyCursor;
import strata.mover.Migration;
import strata.mover.Recall;
import strata.mover.Release;
import strata.server.Appliance;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;
import strata.store.Store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The server with its background work always under way: every study is moved to the long-term tier,
 * released, brought back, and segments are compacted, again and again. To be killed; it prints the
 * same ready line.
 *
 * <pre>WorkingServer CONFIGURATION DATA TITLE</pre>
 */
final class WorkingServer {
    private static final Release.Elsewhere ONE_COPY = new Release.Elsewhere(1, 0, 0);

    private WorkingServer() {}

    public static void main(String[] arguments) throws IOException {
        Configuration configuration = Configuration.load(
                Optional.of(Path.of(arguments[0])),
                new Overrides(arguments[1], null, "0", "0", arguments[2]));
        Appliance appliance = Appliance.start(configuration);
        System.out.println(appliance.readyLine());
        System.out.flush();
        int round = 0;
        while (appliance.dicomPort() > 0) {
            try {
                work(appliance, ++round);
            } catch (IOException e) {
                // An object that arrives while its study moves refuses the release: next round.
                System.err.println("round " + round + ": " + e);
            }
        }
    }

    private static void work(Appliance appliance, int round) throws IOException {
        Store store = appliance.site().store();
        List<Uid> studies = new ArrayList<>();
        try (StudyCursor all = store.catalog().studies()) {
            while (all.hasNext()) {
                studies.add(all.next().study());
            }
        }
        for (Uid study : studies) {
            new Migration(store, Metrics.none()).run(study, appliance.site().longTerm());
            new Release(store, appliance.site().tiers()).run(study, Location.HOT, ONE_COPY);
            store.compaction().all();
            if ((round + study.value().hashCode()) % 3 == 0) {
                new Recall(store, Metrics.none()).run(study);
            }
        }
    }
}
