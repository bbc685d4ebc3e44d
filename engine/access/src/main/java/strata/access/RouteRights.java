package strata.access;

import strata.network.http.Method;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which roles a route is for. What is not in this table is for nobody. */
public final class RouteRights {
    /** Where tokens of accounts are given and taken back. */
    public static final String SESSION = "/api/v1/session";

    private static final String WEB = "/dicom-web";
    private static final String ADMIN = "/api/v1/";

    /** @param studies whether it can be held to the studies of a user */
    private record Right(Optional<Method> method, String prefix, Set<Role> roles, boolean studies) {
        boolean is(Method asked, String template) {
            boolean below = prefix.endsWith("/")
                    ? template.startsWith(prefix)
                    : template.equals(prefix) || template.startsWith(prefix + "/");
            return below && method.map(asked::equals).orElse(true);
        }
    }

    /** The first that fits counts. */
    private static final List<Right> RIGHTS = List.of(
            right(Method.GET, WEB, true, Role.VIEWER),
            right(Method.POST, WEB + "/studies", true, Role.MODALITY),
            right(Method.GET, "/metrics", false, Role.MONITOR, Role.AUDITOR, Role.ADMIN),
            right(Method.GET, "/health/ready", false, Role.values()),
            right(Method.GET, ADMIN + "status", false, Role.MONITOR, Role.AUDITOR, Role.ADMIN),
            right(Method.GET, ADMIN, false, Role.AUDITOR, Role.ADMIN),
            new Right(Optional.empty(), ADMIN, EnumSet.of(Role.ADMIN), false));

    private RouteRights() {}

    private static Right right(Method method, String prefix, boolean studies, Role... roles) {
        return new Right(Optional.of(method), prefix, Set.of(roles), studies);
    }

    /** Whether it is for everybody, proved or not. */
    static boolean isOpen(Method method, String template) {
        return template.equals("/health/live") || template.equals(SESSION);
    }

    /** The roles of which one is needed; empty for nobody. */
    public static Set<Role> roles(Method method, String template) {
        return RIGHTS.stream()
                .filter(right -> right.is(method, template))
                .findFirst()
                .map(Right::roles)
                .orElse(Set.of());
    }

    static boolean allows(User user, Method method, String template) {
        Optional<Right> right =
                RIGHTS.stream().filter(each -> each.is(method, template)).findFirst();
        return right.isPresent()
                && user.roles().stream().anyMatch(right.get().roles()::contains)
                && (user.scope().all() || right.get().studies());
    }
}
