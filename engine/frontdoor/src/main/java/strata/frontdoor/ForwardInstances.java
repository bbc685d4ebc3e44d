package strata.frontdoor;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.StorageException;
import strata.catalog.VersionEntry;
import strata.frontdoor.identity.Coercion;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.AssociationException;
import strata.network.DimseClient;
import strata.network.dimse.Status;
import strata.store.Store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Sends chosen instances to a destination as a C-MOVE would, PS3.4 B.2, for nobody who asked by
 * DIMSE. An instance that cannot be sent fails alone. Thread-safe.
 */
public final class ForwardInstances {
    /** Instances that are read ahead at a time, over all destinations. */
    private static final int READERS = 2;

    private static final long READ_AHEAD_BYTES = 16L << 20;

    private final Store store;
    private final AeTitle own;
    private final Destinations destinations;
    private final DimseClient client;
    private final RetrieveMeters meters;
    private final Coercion coercion;

    /** Their threads end by themselves when nothing is sent. */
    private final ReadAhead.Readers readers =
            ReadAhead.Readers.start("route-ahead", READERS, READ_AHEAD_BYTES);

    /**
     * What became of instances.
     *
     * @param taken answered with success or a warning
     * @param later of the others, those that an archive brings later
     * @param reached false when there is no such destination, it could not be reached or it went
     *     away
     * @param trouble the first that went wrong; empty when nothing did
     */
    public record Outcome(
            Set<ObjectId> taken, Set<ObjectId> later, boolean reached, String trouble) {
        static Outcome unreachable(String why) {
            return new Outcome(Set.of(), Set.of(), false, why);
        }
    }

    public ForwardInstances(
            Store store,
            AeTitle own,
            Destinations destinations,
            DimseClient client,
            Metrics metrics) {
        this.store = store;
        this.own = own;
        this.destinations = destinations;
        this.client = client;
        this.meters = new RetrieveMeters(metrics);
        this.coercion = new Coercion(store.catalog().patients()::get, own, metrics);
    }

    /** @param stop asked between instances; those that are out are still waited for */
    public Outcome run(AeTitle peer, List<VersionEntry> versions, BooleanSupplier stop)
            throws IOException {
        Optional<Destination> to = destinations.of(peer);
        if (to.isEmpty()) {
            return Outcome.unreachable("no destination of this name is configured");
        }
        List<VersionEntry> sorted = new ArrayList<>(versions);
        sorted.sort(Selection.BY_PLACE);
        Set<Selection.SentAs> kinds = new LinkedHashSet<>();
        sorted.forEach(v -> kinds.add(new Selection.SentAs(v.sopClass(), v.transferSyntax())));
        Selection.Extent extent = new Selection.Extent(sorted.size(), kinds);
        try (MoveTargets targets = MoveTargets.open(client, own, to.get(), extent)) {
            return send(targets, to.get().identity(), sorted, stop);
        } catch (AssociationException e) {
            return Outcome.unreachable(String.valueOf(e.getMessage()));
        }
    }

    private Outcome send(
            MoveTargets targets,
            PatientIdentity identity,
            List<VersionEntry> versions,
            BooleanSupplier stop)
            throws IOException {
        Set<ObjectId> taken = ConcurrentHashMap.newKeySet();
        Set<ObjectId> later = ConcurrentHashMap.newKeySet();
        Set<String> refusals = ConcurrentHashMap.newKeySet();
        RetrieveProgress progress = new RetrieveProgress(versions.size(), (version, status) -> {
            if (status.isDone()) {
                taken.add(version.id());
            } else {
                refusals.add(told(status));
            }
        });
        Function<Route, Lane> laneOver =
                over -> new Lane(Sending.ROUTE, over, progress, meters, (v, e) -> false);
        RunRetrieve.Walk walk = visitor -> {
            for (VersionEntry version : versions) {
                if (!visitor.visit(version)) {
                    return;
                }
            }
        };
        boolean reached = true;
        try (ReadAhead ahead = new ReadAhead(store, readers, noting(later, identity))) {
            RunRetrieve run = new RunRetrieve(stop, targets.first(), progress);
            run.run(walk, ahead, laneOver, Optional.of(targets));
            reached = targets.first().isOpen();
        } catch (AssociationException e) {
            reached = false;
        }
        return new Outcome(
                new HashSet<>(taken),
                new HashSet<>(later),
                reached,
                trouble(reached, refusals, progress));
    }

    private static String told(Status status) {
        return String.format("refused with status %04X", status.code());
    }

    private static String trouble(
            boolean reached, Set<String> refusals, RetrieveProgress progress) {
        if (!reached) {
            return "the association ended";
        }
        return refusals.stream()
                .findFirst()
                .orElse(progress.failures() > 0 ? "instances could not be read or converted" : "");
    }

    /** Of instances that cannot be read now, those that an archive brings later. */
    private ReadAhead.Opening noting(Set<ObjectId> later, PatientIdentity identity) {
        Coercion applied = identity == PatientIdentity.CURRENT ? coercion : Coercion.NONE;
        return (store, version, accepted) -> {
            try {
                return InstanceSource.open(store, version, accepted, applied);
            } catch (StorageException e) {
                if (e.kind() == StorageException.Kind.ON_ITS_WAY) {
                    later.add(version.id());
                }
                throw e;
            }
        };
    }
}
