package strata.policy.language;

import strata.base.Uid;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What rules can know of one study, as it was when the facts were taken. Immutable.
 *
 * @param bytes size of its objects as received
 * @param receivedFirst when its first object was stored here
 * @param receivedLast when its latest object was stored here, not before {@code receivedFirst}
 * @param copies at most one per place
 * @param holds the cases that hold it
 * @param routes of peers that something of it was routed to, how much is left; at most one per peer
 */
public record StudyFacts(
        Uid uid,
        StudyAttributes attributes,
        long bytes,
        int series,
        int instances,
        Instant receivedFirst,
        Instant receivedLast,
        AccessFacts access,
        List<CopyFacts> copies,
        List<String> holds,
        List<RouteFacts> routes) {
    public StudyFacts {
        Objects.requireNonNull(uid);
        Objects.requireNonNull(attributes);
        Objects.requireNonNull(access);
        copies = List.copyOf(copies);
        holds = List.copyOf(holds);
        routes = List.copyOf(routes);
        if (bytes < 0 || series < 0 || instances < 0) {
            throw new IllegalArgumentException("a study has no negative size or count");
        }
        if (receivedLast.isBefore(receivedFirst)) {
            throw new IllegalArgumentException("the last object cannot come before the first");
        }
        Set<CopyPlace> places = new HashSet<>();
        for (CopyFacts copy : copies) {
            if (!places.add(copy.place())) {
                throw new IllegalArgumentException("two copies in one place: " + copy.place());
            }
        }
    }

    /** A study of which nothing was routed. */
    public StudyFacts(
            Uid uid,
            StudyAttributes attributes,
            long bytes,
            int series,
            int instances,
            Instant receivedFirst,
            Instant receivedLast,
            AccessFacts access,
            List<CopyFacts> copies,
            List<String> holds) {
        this(
                uid,
                attributes,
                bytes,
                series,
                instances,
                receivedFirst,
                receivedLast,
                access,
                copies,
                holds,
                List.of());
    }

    /** A study that no case holds. */
    public StudyFacts(
            Uid uid,
            StudyAttributes attributes,
            long bytes,
            int series,
            int instances,
            Instant receivedFirst,
            Instant receivedLast,
            AccessFacts access,
            List<CopyFacts> copies) {
        this(
                uid,
                attributes,
                bytes,
                series,
                instances,
                receivedFirst,
                receivedLast,
                access,
                copies,
                List.of());
    }

    /** The same study under these holds. */
    public StudyFacts heldFor(List<String> cases) {
        return new StudyFacts(
                uid,
                attributes,
                bytes,
                series,
                instances,
                receivedFirst,
                receivedLast,
                access,
                copies,
                cases,
                routes);
    }

    /** The same study with these routes. */
    public StudyFacts withRoutes(List<RouteFacts> others) {
        return new StudyFacts(
                uid,
                attributes,
                bytes,
                series,
                instances,
                receivedFirst,
                receivedLast,
                access,
                copies,
                holds,
                others);
    }

    /** The same study when all of it was sent to the peer. */
    public StudyFacts routedTo(String peer) {
        List<RouteFacts> changed = new ArrayList<>(routes);
        changed.removeIf(r -> r.peer().equals(peer));
        changed.add(new RouteFacts(peer, 0, 0));
        return withRoutes(changed);
    }

    /** Whether the peer has all that it is to get. */
    public boolean isRoutedTo(String peer) {
        return route(peer).filter(r -> r.instancesLeft() == 0).isPresent();
    }

    /** Bytes that the peer is still to get. */
    public long bytesLeftFor(String peer) {
        return route(peer).map(RouteFacts::bytesLeft).orElse(bytes);
    }

    private Optional<RouteFacts> route(String peer) {
        return routes.stream().filter(r -> r.peer().equals(peer)).findFirst();
    }

    public Optional<CopyFacts> copy(CopyPlace place) {
        return copies.stream().filter(c -> c.place().equals(place)).findFirst();
    }

    public boolean hasVerified(CopyPlace place) {
        return copy(place).filter(CopyFacts::isVerified).isPresent();
    }

    /** Verified copies in places that the predicate accepts. */
    public long verifiedCopies(Predicate<CopyPlace> where) {
        return copies.stream()
                .filter(c -> c.isVerified() && where.test(c.place()))
                .count();
    }

    /** The last retrieval, or the last arrival where there was none. */
    public Instant lastUse() {
        return access.last().filter(t -> t.isAfter(receivedLast)).orElse(receivedLast);
    }

    /** The same study with this copy in place of any other at its place. */
    public StudyFacts with(CopyFacts copy) {
        List<CopyFacts> changed = new ArrayList<>(without(copy.place()).copies);
        changed.add(copy);
        return withCopies(changed);
    }

    /** The same study without the copy at the place. */
    public StudyFacts without(CopyPlace place) {
        return withCopies(copies.stream().filter(c -> !c.place().equals(place)).toList());
    }

    private StudyFacts withCopies(List<CopyFacts> changed) {
        return new StudyFacts(
                uid,
                attributes,
                bytes,
                series,
                instances,
                receivedFirst,
                receivedLast,
                access,
                changed,
                holds,
                routes);
    }
}
