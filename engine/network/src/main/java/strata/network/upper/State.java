package strata.network.upper;

/** The states of the upper layer machine, PS3.8 tables 9-1 to 9-5. */
public enum State {
    /** Idle. */
    STA_1,
    /** Transport connection open, awaiting A-ASSOCIATE-RQ. */
    STA_2,
    /** Awaiting the local A-ASSOCIATE response primitive. */
    STA_3,
    /** Awaiting the transport connection to open. */
    STA_4,
    /** Awaiting A-ASSOCIATE-AC or A-ASSOCIATE-RJ. */
    STA_5,
    /** Association established, ready for data transfer. */
    STA_6,
    /** Awaiting A-RELEASE-RP. */
    STA_7,
    /** Awaiting the local A-RELEASE response primitive. */
    STA_8,
    /** Release collision, requestor side: awaiting the A-RELEASE response primitive. */
    STA_9,
    /** Release collision, acceptor side: awaiting A-RELEASE-RP. */
    STA_10,
    /** Release collision, requestor side: awaiting A-RELEASE-RP. */
    STA_11,
    /** Release collision, acceptor side: awaiting the A-RELEASE response primitive. */
    STA_12,
    /** Awaiting the transport connection to close; the association is over. */
    STA_13
}
