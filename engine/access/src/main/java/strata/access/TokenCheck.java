package strata.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.OperatorException;

import java.text.ParseException;
import java.time.InstantSource;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Bearer tokens of an identity provider: JWT with a signature by one of its keys, an expiry and a
 * subject. The algorithm is one of the configured ones, whatever the token says; a token without a
 * signature never counts. Thread-safe.
 */
public final class TokenCheck {
    private static final Logger LOG = LoggerFactory.getLogger(TokenCheck.class);
    private static final int MAX_CHARS = 8 * 1024;

    private final TokenSettings settings;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    private TokenCheck(TokenSettings settings, KeySource keys, InstantSource time) {
        this.settings = settings;
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
                JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(settings.jwsAlgorithms(), keys));
        processor.setJWTClaimsSetVerifier(
                new DefaultJWTClaimsVerifier<>(
                        Set.of(settings.audience()),
                        new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                        Set.of("sub", "exp"),
                        Set.of()) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(time.instant());
                    }
                });
    }

    /**
     * @param time by which tokens end
     * @throws OperatorException when the file of keys cannot be used
     */
    public static TokenCheck open(TokenSettings settings, InstantSource time, Metrics metrics)
            throws OperatorException {
        KeySource keys =
                KeySource.open(settings.keys(), settings.keysBelieved(), System::nanoTime, metrics);
        return new TokenCheck(settings, keys, time);
    }

    /** The user that the token proves; empty when it proves nobody. */
    Optional<User> user(String token) {
        if (token.length() > MAX_CHARS) {
            return Optional.empty();
        }
        try {
            JWTClaimsSet claims = processor.process(token, null);
            return Optional.of(new User(claims.getSubject(), roles(claims), scope(claims)));
        } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException e) {
            LOG.debug("a token is refused: {}", e.toString());
            return Optional.empty();
        }
    }

    private Set<Role> roles(JWTClaimsSet claims) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String text : texts(claims.getClaim(settings.rolesClaim()))) {
            for (Role each : Role.values()) {
                if (each.word().equals(text)) {
                    roles.add(each);
                }
            }
        }
        return roles;
    }

    /** Where a claim is configured, a token without it is for no study. */
    private StudyScope scope(JWTClaimsSet claims) {
        return settings.institutionsClaim()
                .map(claim -> StudyScope.only(texts(claims.getClaim(claim)), Set.of()))
                .orElse(StudyScope.ALL);
    }

    /** A list of texts, or one text with spaces between. */
    private static Set<String> texts(Object claim) {
        Set<String> texts = new HashSet<>();
        if (claim instanceof List<?> list) {
            list.stream().filter(String.class::isInstance).forEach(t -> texts.add((String) t));
        } else if (claim instanceof String text) {
            texts.addAll(List.of(text.split(" +")));
        } else if (claim instanceof Map<?, ?>) {
            return Set.of();
        }
        return texts;
    }
}
