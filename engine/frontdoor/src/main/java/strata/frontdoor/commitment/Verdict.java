package strata.frontdoor.commitment;

import strata.network.dimse.Status;

/** What is said of one reference; the code is that of the transaction's file. */
record Verdict(int code) {
    static final Verdict COMMITTED = new Verdict(0);
    static final Verdict UNJUDGED = new Verdict(0xffff);

    static Verdict failed(Status reason) {
        return new Verdict(reason.code());
    }

    boolean isCommitted() {
        return code == 0;
    }

    boolean isFailed() {
        return code != 0 && code != 0xffff;
    }

    /** Whether time may help: a copy can be repaired, made, or come within reach. */
    boolean mayHeal() {
        return code == Status.PROCESSING_FAILURE.code()
                || code == Status.RESOURCE_LIMITATION.code();
    }

    Status reason() {
        return new Status(code);
    }
}
