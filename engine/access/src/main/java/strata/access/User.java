package strata.access;

import java.util.Set;

/**
 * Somebody who was proved.
 *
 * @param name for the audit trail: an account, the subject of a token, the name of a certificate
 */
public record User(String name, Set<Role> roles, StudyScope scope) {
    public User {
        roles = Set.copyOf(roles);
    }
}
