package strata.network.pdu;

import strata.base.Printable;

import java.util.List;

/**
 * A-ASSOCIATE-RQ, PS3.8 9.3.2.
 *
 * @param protocolVersion a bit set, bit 0 for version 1
 * @param calledAe as received without padding, not yet known to be a valid AE title
 * @param callingAe as above
 * @param applicationContext as received
 * @param contexts at most 128, with odd and distinct ids
 */
public record AssociateRq(
        int protocolVersion,
        String calledAe,
        String callingAe,
        String applicationContext,
        List<ProposedContext> contexts,
        UserInformation user)
        implements Pdu {
    /** The only application context there is, PS3.7 A.2.1. */
    public static final String DICOM_APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1";

    public static final int PROTOCOL_VERSION = 1;

    public AssociateRq {
        contexts = List.copyOf(contexts);
    }

    @Override
    public String toString() {
        return "A-ASSOCIATE-RQ "
                + Printable.of(callingAe)
                + " to "
                + Printable.of(calledAe)
                + ", "
                + contexts.size()
                + " contexts";
    }
}
