package strata.network.pdu;

/** A-ABORT, PS3.8 9.3.8, with the numbers as on the wire. */
public record Abort(int source, int reason) implements Pdu {
    public static final int SOURCE_SERVICE_USER = 0;
    public static final int SOURCE_SERVICE_PROVIDER = 2;

    /** An abort by the service user; its reason is not significant. */
    public static Abort byUser() {
        return new Abort(SOURCE_SERVICE_USER, 0);
    }

    public static Abort byProvider(AbortReason reason) {
        return new Abort(SOURCE_SERVICE_PROVIDER, reason.code());
    }

    /** Whether the peer's application, and not its protocol machine, gave up. */
    public boolean isByUser() {
        return source == SOURCE_SERVICE_USER;
    }

    @Override
    public String toString() {
        return "A-ABORT source " + source + " reason " + reason;
    }
}
