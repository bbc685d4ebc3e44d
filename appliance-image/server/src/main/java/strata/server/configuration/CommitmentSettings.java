package strata.server.configuration;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Storage commitment.
 *
 * @param copies independent devices or sites that must hold an object; empty: 1 without a replica,
 *     2 with one
 * @param references most in one request
 * @param patience how long an object may take to get so many copies
 */
public record CommitmentSettings(OptionalInt copies, int references, Duration patience) {}
