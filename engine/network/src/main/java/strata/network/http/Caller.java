package strata.network.http;

/**
 * Who asks, as an {@link AccessControl} found it.
 *
 * @param name for the audit trail and the log: an account, the subject of a token or of a
 *     certificate
 */
public record Caller(String name) {
    /** Where nobody is asked who he is. */
    public static final Caller ANYONE = new Caller("anyone");
}
