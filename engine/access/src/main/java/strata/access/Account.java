package strata.access;

import java.util.Optional;
import java.util.Set;

/**
 * A local account.
 *
 * @param name 1 to 64 letters, digits, dots, hyphens, underscores and {@code @}
 * @param code its one-time codes; empty: the password alone is asked for
 */
public record Account(
        String name,
        Set<Role> roles,
        StudyScope scope,
        PasswordHash password,
        Optional<OneTimeCode> code) {
    private static final int LEAST_PASSWORD = 12;
    private static final int LONGEST_PASSWORD = 256;

    public Account {
        roles = Set.copyOf(roles);
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "an account's name has 1 to 64 letters, digits, dots, hyphens, _ and @");
        }
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("an account has at least one role");
        }
    }

    static boolean isName(String name) {
        return name.matches("[A-Za-z0-9._@-]{1,64}");
    }

    /**
     * A new one.
     *
     * @param password 12 to 256 characters
     */
    public static Account create(
            String name, Set<Role> roles, StudyScope scope, char[] password, boolean withCode) {
        if (password.length < LEAST_PASSWORD || password.length > LONGEST_PASSWORD) {
            throw new IllegalArgumentException(
                    "a password has " + LEAST_PASSWORD + " to " + LONGEST_PASSWORD + " characters");
        }
        return new Account(
                name,
                roles,
                scope,
                PasswordHash.of(password),
                withCode ? Optional.of(OneTimeCode.random()) : Optional.empty());
    }

    User user() {
        return new User(name, roles, scope);
    }
}
