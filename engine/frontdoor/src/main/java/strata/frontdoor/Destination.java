package strata.frontdoor;

import strata.base.AeTitle;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.RequestOptions;
import strata.network.TlsPeer;

import java.util.Optional;

/**
 * Where we open associations to: of C-MOVE, of commitment reports, of notifications.
 *
 * @param associations that one C-MOVE opens at most, 1 to {@value #MAX_ASSOCIATIONS}
 * @param tls how it proves itself; empty: plain TCP
 * @param identity under which instances of merged patients are sent to it
 */
public record Destination(
        AeTitle aeTitle,
        String host,
        int port,
        int associations,
        Optional<TlsPeer> tls,
        PatientIdentity identity) {
    /** More than any receiver gains from. */
    public static final int MAX_ASSOCIATIONS = 16;

    public Destination {
        if (associations < 1 || associations > MAX_ASSOCIATIONS) {
            throw new IllegalArgumentException(associations + " associations to " + aeTitle);
        }
    }

    /** One association at a time. */
    public Destination(AeTitle aeTitle, String host, int port) {
        this(aeTitle, host, port, 1);
    }

    /** Over plain TCP. */
    public Destination(AeTitle aeTitle, String host, int port, int associations) {
        this(aeTitle, host, port, associations, Optional.empty());
    }

    /** As it was received. */
    public Destination(
            AeTitle aeTitle, String host, int port, int associations, Optional<TlsPeer> tls) {
        this(aeTitle, host, port, associations, tls, PatientIdentity.RECEIVED);
    }

    /** The request of an association with it, without contexts yet. */
    public RequestOptions request(AeTitle own) {
        RequestOptions plain = RequestOptions.of(host, port, own, aeTitle);
        return tls.map(plain::withTls).orElse(plain);
    }
}
