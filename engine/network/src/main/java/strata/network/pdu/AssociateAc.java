package strata.network.pdu;

import java.util.List;

/**
 * A-ASSOCIATE-AC, PS3.8 9.3.3.
 *
 * @param calledAe the bytes of the request sent back; not to be tested when received
 * @param callingAe as above
 * @param contexts one answer for each proposed context
 */
public record AssociateAc(
        int protocolVersion,
        String calledAe,
        String callingAe,
        String applicationContext,
        List<ContextAnswer> contexts,
        UserInformation user)
        implements Pdu {
    public AssociateAc {
        contexts = List.copyOf(contexts);
    }
}
