package strata.network.upper;

import static strata.network.upper.State.STA_1;
import static strata.network.upper.State.STA_10;
import static strata.network.upper.State.STA_11;
import static strata.network.upper.State.STA_12;
import static strata.network.upper.State.STA_13;
import static strata.network.upper.State.STA_2;
import static strata.network.upper.State.STA_3;
import static strata.network.upper.State.STA_4;
import static strata.network.upper.State.STA_5;
import static strata.network.upper.State.STA_6;
import static strata.network.upper.State.STA_7;
import static strata.network.upper.State.STA_8;
import static strata.network.upper.State.STA_9;

/** The actions of PS3.8 tables 9-6 to 9-9, each with the state that follows. */
public enum Action {
    /** Issue the transport connect request. */
    AE_1(STA_4),
    /** Send A-ASSOCIATE-RQ. */
    AE_2(STA_5),
    /** Issue A-ASSOCIATE confirmation (accept). */
    AE_3(STA_6),
    /** Issue A-ASSOCIATE confirmation (reject) and close the transport. */
    AE_4(STA_1),
    /** Accept the transport connection; start ARTIM. */
    AE_5(STA_2),
    /**
     * Stop ARTIM; issue A-ASSOCIATE indication, or when the provider refuses it send
     * A-ASSOCIATE-RJ, start ARTIM.
     */
    AE_6(STA_3, STA_13),
    /** Send A-ASSOCIATE-AC. */
    AE_7(STA_6),
    /** Send A-ASSOCIATE-RJ; start ARTIM. */
    AE_8(STA_13),
    /** Send P-DATA-TF. */
    DT_1(STA_6),
    /** Issue P-DATA indication. */
    DT_2(STA_6),
    /** Send A-RELEASE-RQ. */
    AR_1(STA_7),
    /** Issue A-RELEASE indication. */
    AR_2(STA_8),
    /** Issue A-RELEASE confirmation; close the transport. */
    AR_3(STA_1),
    /** Send A-RELEASE-RP; start ARTIM. */
    AR_4(STA_13),
    /** Stop ARTIM. */
    AR_5(STA_1),
    /** Issue P-DATA indication while a release is awaited. */
    AR_6(STA_7),
    /** Send P-DATA-TF before answering a release. */
    AR_7(STA_8),
    /** Issue A-RELEASE indication of a collision: requestor, else acceptor. */
    AR_8(STA_9, STA_10),
    /** Send A-RELEASE-RP. */
    AR_9(STA_11),
    /** Issue A-RELEASE confirmation. */
    AR_10(STA_12),
    /** Send A-ABORT (service-user source); start or restart ARTIM. */
    AA_1(STA_13),
    /** Stop ARTIM; close the transport. */
    AA_2(STA_1),
    /** Issue A-ABORT or A-P-ABORT indication by its source; close the transport. */
    AA_3(STA_1),
    /** Issue A-P-ABORT indication. */
    AA_4(STA_1),
    /** Stop ARTIM. */
    AA_5(STA_1),
    /** Ignore the PDU. */
    AA_6(STA_13),
    /** Send A-ABORT. */
    AA_7(STA_13),
    /** Send A-ABORT (service-provider source); issue A-P-ABORT indication; start ARTIM. */
    AA_8(STA_13);

    private final State next;
    private final State otherNext;

    Action(State next) {
        this(next, next);
    }

    Action(State next, State otherNext) {
        this.next = next;
        this.otherNext = otherNext;
    }

    /** The state that follows; for AE-6 when acceptable, for AR-8 on the requestor's side. */
    public State next() {
        return next;
    }

    /** The state that follows otherwise; the same as {@link #next()} where there is no choice. */
    public State otherNext() {
        return otherNext;
    }
}
