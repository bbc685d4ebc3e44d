package strata.network;

import java.time.Duration;

/**
 * How long a peer may take, each for itself.
 *
 * @param connect to open a transport connection (requestor)
 * @param handshake from the connection to the whole A-ASSOCIATE-RQ, and from the end of an
 *     association to the close of its connection: the ARTIM timer of PS3.8 9.1.5 (acceptor)
 * @param request from A-ASSOCIATE-RQ to its answer (requestor)
 * @param release from A-RELEASE-RQ to A-RELEASE-RP
 * @param idle of an accepted association without work
 * @param dimse from a request, or its last pending response, to the next response
 * @param rateWindow the time over which the minimum rate within a message is taken
 * @param writeStall during which the peer takes none of the bytes that wait for it
 */
public record AssociationTimeouts(
        Duration connect,
        Duration handshake,
        Duration request,
        Duration release,
        Duration idle,
        Duration dimse,
        Duration rateWindow,
        Duration writeStall) {
    public static final AssociationTimeouts DEFAULTS = new AssociationTimeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofMinutes(10),
            Duration.ofMinutes(2),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30));

    public AssociationTimeouts {
        for (Duration each : new Duration[] {
            connect, handshake, request, release, idle, dimse, rateWindow, writeStall
        }) {
            if (each.isNegative() || each.isZero()) {
                throw new IllegalArgumentException("timeout of " + each);
            }
        }
    }

    public AssociationTimeouts withHandshake(Duration limit) {
        return new AssociationTimeouts(
                connect, limit, request, release, idle, dimse, rateWindow, writeStall);
    }

    public AssociationTimeouts withConnect(Duration limit, Duration answer) {
        return new AssociationTimeouts(
                limit, handshake, answer, release, idle, dimse, rateWindow, writeStall);
    }

    public AssociationTimeouts withIdle(Duration limit) {
        return new AssociationTimeouts(
                connect, handshake, request, release, limit, dimse, rateWindow, writeStall);
    }

    public AssociationTimeouts withDimse(Duration limit) {
        return new AssociationTimeouts(
                connect, handshake, request, release, idle, limit, rateWindow, writeStall);
    }

    public AssociationTimeouts withRateWindow(Duration limit) {
        return new AssociationTimeouts(
                connect, handshake, request, release, idle, dimse, limit, writeStall);
    }

    public AssociationTimeouts withWriteStall(Duration limit) {
        return new AssociationTimeouts(
                connect, handshake, request, release, idle, dimse, rateWindow, limit);
    }

    /** How often the limits are looked at: a fifth of the shortest, at most once a second. */
    Duration tick() {
        long millis = 5_000;
        for (Duration each : new Duration[] {idle, dimse, rateWindow, writeStall}) {
            millis = Math.min(millis, each.toMillis());
        }
        return Duration.ofMillis(Math.max(10, millis / 5));
    }
}
