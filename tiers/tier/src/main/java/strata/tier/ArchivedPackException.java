package strata.tier;

import strata.base.StorageException;

import java.time.Duration;

/**
 * A pack lies in an archive, from which it has to be asked for and comes hours later. It is neither
 * damaged nor is its tier in trouble: whoever needs it calls {@link Tier#request}, waits, and opens
 * it again. It is ON_ITS_WAY once it was asked for.
 */
public final class ArchivedPackException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final String tier;
    private final String pack;
    private final boolean requested;
    private final Duration expected;

    /**
     * @param requested whether it has been asked for, so that it is on its way
     * @param expected from asking to being there, as such archives promise it
     */
    public ArchivedPackException(String tier, String pack, boolean requested, Duration expected) {
        super(
                requested ? Kind.ON_ITS_WAY : Kind.UNAVAILABLE,
                "pack " + pack + " of tier " + tier
                        + (requested
                                ? " is on its way out of an archive, ask again later"
                                : " lies in an archive and has not been asked for"),
                null);
        this.tier = tier;
        this.pack = pack;
        this.requested = requested;
        this.expected = expected;
    }

    public String tier() {
        return tier;
    }

    public String pack() {
        return pack;
    }

    public boolean isRequested() {
        return requested;
    }

    public Duration expected() {
        return expected;
    }
}
