package strata.access;

import strata.base.Digest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * The way in for the machine's own operator: a token made anew at each start, in a file that only
 * the account of the service and root can read, who may read and change everything anyway.
 */
public final class OperatorToken {
    private static final String PREFIX = "operator_";
    private static final User OPERATOR =
            new User("operator", Set.of(Role.ADMIN, Role.AUDITOR), StudyScope.ALL);

    private final Digest expected;

    private OperatorToken(Digest expected) {
        this.expected = expected;
    }

    /** Writes a new one to the file. */
    public static OperatorToken write(Path file) throws IOException {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        AccountFile.writeSecret(file, (token + "\n").getBytes(StandardCharsets.UTF_8));
        return new OperatorToken(Digest.ofBytes(token.getBytes(StandardCharsets.UTF_8)));
    }

    Optional<User> user(String token) {
        // The digests compare without telling how much of the token is right.
        boolean right = Digest.ofBytes(token.getBytes(StandardCharsets.UTF_8)).equals(expected);
        return right ? Optional.of(OPERATOR) : Optional.empty();
    }
}
