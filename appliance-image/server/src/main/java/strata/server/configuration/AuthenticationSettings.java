package strata.server.configuration;

import strata.access.BoundUser;
import strata.access.TokenSettings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How callers over HTTP prove who they are.
 *
 * @param accounts file of local accounts; where there is none, nobody has one
 * @param session how long a login lasts
 * @param tokens of an identity provider; empty: none are taken
 * @param certificates that prove a user by themselves
 */
public record AuthenticationSettings(
        Path accounts,
        Duration session,
        Optional<TokenSettings> tokens,
        List<BoundUser> certificates) {
    public AuthenticationSettings {
        certificates = List.copyOf(certificates);
    }
}
