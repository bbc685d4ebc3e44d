package strata.policy.language;

/**
 * How much of a study a peer has not got yet that rules may send it.
 *
 * @param bytesLeft as received
 */
public record RouteFacts(String peer, long instancesLeft, long bytesLeft) {
    public RouteFacts {
        if (instancesLeft < 0 || bytesLeft < 0) {
            throw new IllegalArgumentException("nothing negative is left for " + peer);
        }
    }
}
