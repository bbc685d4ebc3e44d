package strata.network;

/** The peer did not answer, send or read in time; the association was aborted. */
public final class AssociationTimeoutException extends AssociationException {
    private final AssociationEnd end;

    AssociationTimeoutException(AssociationEnd end, String why) {
        super("association timed out (" + end + "): " + why, null);
        this.end = end;
    }

    /** Which of the timeouts. */
    public AssociationEnd end() {
        return end;
    }
}
