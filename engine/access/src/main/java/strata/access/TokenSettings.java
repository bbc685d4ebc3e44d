package strata.access;

import com.nimbusds.jose.JWSAlgorithm;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which tokens (JWT, RFC 7519) are taken.
 *
 * @param issuer that they must name
 * @param audience that they must be for
 * @param algorithms of their signatures; asymmetric ones only
 * @param keys the issuer's public keys, a JWK set (RFC 7517): a file, or {@code https}; plain
 *     {@code http} on this machine only
 * @param keysBelieved how long they count after they were last read, {@link #LEAST_BELIEVED} to
 *     {@link #MOST_BELIEVED}
 * @param rolesClaim the claim that lists roles
 * @param institutionsClaim the claim that lists the institutions whose studies the user may know
 *     of; empty: all
 */
public record TokenSettings(
        String issuer,
        String audience,
        List<String> algorithms,
        URI keys,
        Duration keysBelieved,
        String rolesClaim,
        Optional<String> institutionsClaim) {
    public static final Duration LEAST_BELIEVED = Duration.ofMinutes(30);
    public static final Duration MOST_BELIEVED = Duration.ofDays(30);
    public static final Duration BELIEVED = Duration.ofDays(1);

    private static final Set<String> ASYMMETRIC =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    public TokenSettings {
        algorithms = List.copyOf(algorithms);
        if (issuer.isBlank() || audience.isBlank()) {
            throw new IllegalArgumentException("tokens need an issuer and an audience");
        }
        if (algorithms.isEmpty() || !ASYMMETRIC.containsAll(algorithms)) {
            throw new IllegalArgumentException(
                    "algorithms of tokens are among RS, PS and ES with 256, 384 or 512");
        }
        if (keysBelieved.compareTo(LEAST_BELIEVED) < 0
                || keysBelieved.compareTo(MOST_BELIEVED) > 0) {
            throw new IllegalArgumentException(
                    "keys of tokens are believed for 30 min to 30 d, not " + keysBelieved);
        }
        boolean loopback =
                keys.getHost() != null && keys.getHost().matches("localhost|127\\.0\\.0\\.1");
        boolean known = switch (String.valueOf(keys.getScheme())) {
            case "file" -> true;
            case "https" -> keys.getHost() != null;
            case "http" -> loopback;
            default -> false;
        };
        if (!known) {
            throw new IllegalArgumentException(
                    "keys of tokens are in a file or at an https address");
        }
    }

    Set<JWSAlgorithm> jwsAlgorithms() {
        return algorithms.stream()
                .map(JWSAlgorithm::parse)
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }
}
