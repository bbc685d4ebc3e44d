package strata.frontdoor;

import strata.base.AeTitle;

import java.util.Map;
import java.util.Optional;

/** The addresses of other application entities; replaced as a whole, thread-safe. */
public final class Destinations {
    private volatile Map<AeTitle, Destination> byTitle;

    public Destinations(Map<AeTitle, Destination> byTitle) {
        this.byTitle = Map.copyOf(byTitle);
    }

    public Optional<Destination> of(AeTitle title) {
        return Optional.ofNullable(byTitle.get(title));
    }

    /** From now on; what is being sent goes on to where it goes. */
    public void replace(Map<AeTitle, Destination> next) {
        byTitle = Map.copyOf(next);
    }
}
