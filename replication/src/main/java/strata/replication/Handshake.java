package strata.replication;

import strata.base.Printable;
import strata.replication.ReplicationException.Kind;

import java.io.IOException;
import java.time.Duration;

/** HELLO and its answer, from the connecting side. */
final class Handshake {
    /** The version of the exchange; raised when frames change their meaning. */
    static final int PROTOCOL = 3;

    private Handshake() {}

    /**
     * Introduces this site and returns how the other one answered.
     *
     * @throws ReplicationException of kind REFUSED when either side will not have the other
     */
    static Frame.Welcome greet(
            FrameChannel channel, SiteName self, Frame.Purpose purpose, Duration limit)
            throws IOException {
        channel.send(new Frame.Hello(PROTOCOL, self.id(), self.name(), purpose), limit);
        Frame answer = channel.receive(limit);
        if (answer == null) {
            throw new ReplicationException(Kind.SILENT, "no answer to HELLO");
        }
        if (answer instanceof Frame.Refuse refuse) {
            throw new ReplicationException(
                    Kind.REFUSED, "refused by the other site: " + Printable.of(refuse.reason()));
        }
        if (!(answer instanceof Frame.Welcome welcome)) {
            answer.release();
            throw new ReplicationException(Kind.UNEXPECTED, answer.kind() + " in answer to HELLO");
        }
        if (welcome.protocol() != PROTOCOL) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    "the other site speaks protocol " + welcome.protocol() + ", this one "
                            + PROTOCOL);
        }
        if (welcome.site().equals(self.id())) {
            throw new ReplicationException(
                    Kind.REFUSED, "the other site has this site's own id " + self.id());
        }
        return welcome;
    }
}
