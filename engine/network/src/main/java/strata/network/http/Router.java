package strata.network.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the handler of a request by method and path template.
 *
 * <p>A template is a path whose segments are literals, {@code {name}} for exactly one segment that
 * is not empty, or, as the last one, {@code {name...}} for the rest of the path. A literal goes
 * before a parameter. Immutable.
 */
public final class Router {
    private final List<Route> routes;

    private Router(List<Route> routes) {
        this.routes = routes;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects routes; used by one thread. */
    public static final class Builder {
        private final List<Route> routes = new ArrayList<>();
        private final Set<String> seen = new HashSet<>();

        private Builder() {}

        public Builder get(String template, Handler handler) {
            return add(Method.GET, template, handler);
        }

        public Builder post(String template, Handler handler) {
            return add(Method.POST, template, handler);
        }

        public Builder put(String template, Handler handler) {
            return add(Method.PUT, template, handler);
        }

        public Builder delete(String template, Handler handler) {
            return add(Method.DELETE, template, handler);
        }

        public Builder add(Method method, String template, Handler handler) {
            return add(method, template, Route.DEFAULT_BODY, handler);
        }

        /**
         * @param bodyBytes longest body that this route takes; beyond it 413
         * @throws IllegalArgumentException when the template is wrong or taken
         */
        public Builder add(Method method, String template, long bodyBytes, Handler handler) {
            Route route = new Route(method, template, bodyBytes, handler);
            if (!seen.add(method + " " + route.precedence())) {
                throw new IllegalArgumentException("two handlers for " + method + " " + template);
            }
            routes.add(route);
            return this;
        }

        public Router build() {
            List<Route> sorted = new ArrayList<>(routes);
            sorted.sort(Comparator.comparing(Route::precedence));
            return new Router(List.copyOf(sorted));
        }
    }

    /** Every route, as {@code METHOD template}. */
    public List<String> routes() {
        return routes.stream().map(r -> r.method() + " " + r.template()).toList();
    }

    /** A route with the values of its parameters. */
    record Match(Route route, Map<String, String> parameters) {}

    /** The best route of each method for the path; empty when none fits. */
    Map<Method, Match> matches(List<String> segments) {
        Map<Method, Match> found = new EnumMap<>(Method.class);
        for (Route route : routes) {
            if (!found.containsKey(route.method())) {
                Optional<Map<String, String>> values = route.match(segments);
                values.ifPresent(v -> found.put(route.method(), new Match(route, v)));
            }
        }
        return found;
    }
}
