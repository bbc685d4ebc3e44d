package strata.network;

import strata.network.pdu.AssociateAc;
import strata.network.pdu.AssociateRj;
import strata.network.pdu.AssociateRq;

/** What differs between the two sides of an association. */
interface SessionRole {
    /** The peer asks for an association; on the worker. */
    void associateIndication(AssociateRq request);

    /** The peer accepted ours; on the worker. */
    void associateConfirmation(AssociateAc accept);

    /** The peer rejected ours; on the event loop. */
    void associateRejection(AssociateRj reject);

    /** What the peer may ask of us now. */
    DimseServices services();

    /** Whether an association without work is to be ended after a while. */
    boolean endsWhenIdle();

    /** The association has just ended, whoever ended it; once, on any thread, must not block. */
    void ended(AssociationEnd end, String why);

    /** The connection is closed and everything released; the last call. */
    void closed(AssociationEnd end);
}
