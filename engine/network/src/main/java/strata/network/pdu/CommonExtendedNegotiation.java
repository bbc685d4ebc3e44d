package strata.network.pdu;

import strata.base.Uid;

import java.util.List;

/** SOP class common extended negotiation, PS3.7 D.3.3.6. */
public record CommonExtendedNegotiation(
        Uid sopClass, Uid serviceClass, List<Uid> relatedGeneralSopClasses) {
    public CommonExtendedNegotiation {
        relatedGeneralSopClasses = List.copyOf(relatedGeneralSopClasses);
    }
}
