package strata.network;

/** The association ended otherwise than by a release that we asked for. */
public final class AssociationAbortedException extends AssociationException {
    private final AssociationEnd end;

    AssociationAbortedException(AssociationEnd end, String why) {
        super("association is over (" + end + "): " + why, null);
        this.end = end;
    }

    public AssociationEnd end() {
        return end;
    }
}
