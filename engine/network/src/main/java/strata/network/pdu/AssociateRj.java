package strata.network.pdu;

import java.util.Optional;

/** A-ASSOCIATE-RJ, PS3.8 9.3.4, with the numbers as on the wire. */
public record AssociateRj(int result, int source, int reason) implements Pdu {
    /** The reason by name, unless the peer made one up. */
    public Optional<RejectReason> known() {
        for (RejectReason each : RejectReason.values()) {
            AssociateRj pdu = each.pdu();
            if (pdu.source == source && pdu.reason == reason) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** Whether the same request may succeed later. */
    public boolean isTransient() {
        return result == 2;
    }

    @Override
    public String toString() {
        return "A-ASSOCIATE-RJ result " + result + " source " + source + " reason " + reason
                + known().map(name -> " (" + name + ")").orElse("");
    }
}
