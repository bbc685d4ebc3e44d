package strata.network;

import strata.network.pdu.AssociateRj;

/** The peer answered A-ASSOCIATE-RJ. */
public final class AssociationRejectedException extends AssociationException {
    private final transient AssociateRj rejection;

    AssociationRejectedException(AssociateRj rejection) {
        super("association rejected: " + rejection, null);
        this.rejection = rejection;
    }

    /** Result, source and reason. */
    public AssociateRj rejection() {
        return rejection;
    }
}
