package strata.network.http;

import strata.base.Uid;

import java.io.IOException;

/**
 * Who asks, as an {@link AccessControl} found it.
 *
 * @param name for the audit trail and the log: an account, the subject of a token or of a
 *     certificate
 * @param studies which studies he may know of; handlers leave the others out of what they list
 */
public record Caller(String name, Studies studies) {
    /** Where nobody is asked who he is. */
    public static final Caller ANYONE = new Caller("anyone");

    /** Which studies somebody may know of. */
    @FunctionalInterface
    public interface Studies {
        /** Without bounds. */
        Studies ALL = study -> true;

        boolean include(Uid study) throws IOException;
    }

    /** Who may know of every study. */
    public Caller(String name) {
        this(name, Studies.ALL);
    }
}
