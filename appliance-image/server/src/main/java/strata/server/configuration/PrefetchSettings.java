package strata.server.configuration;

import strata.base.AeTitle;
import strata.policy.prefetch.PrefetchOptions;

import java.time.Duration;
import java.util.Map;

/**
 * Who is expected, and when their earlier studies come back; which ones, the rules say.
 *
 * @param worklists that are asked, by AE title
 * @param ask how often
 */
public record PrefetchSettings(
        PrefetchOptions options, Map<AeTitle, DestinationSettings> worklists, Duration ask) {
    public PrefetchSettings {
        worklists = Map.copyOf(worklists);
    }
}
