package strata.network.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A method and a path template with their handler. */
final class Route {
    /** Stands for the body limit of {@link HttpLimits}. */
    static final long DEFAULT_BODY = -1;

    private static final String FIXED = "/{none}";

    private enum Kind {
        LITERAL,
        PARAMETER,
        TAIL
    }

    private record Part(Kind kind, String text) {}

    private final Method method;
    private final String template;
    private final List<Part> parts;
    private final long bodyBytes;
    private final Handler handler;

    Route(Method method, String template, long bodyBytes, Handler handler) {
        this.method = method;
        this.template = template;
        this.parts = parse(template);
        this.bodyBytes = bodyBytes;
        this.handler = handler;
    }

    /** Stands for a route where none fits; takes no body. */
    static Route fixed(Response response) {
        return new Route(Method.GET, FIXED, 0, request -> response);
    }

    /** Whether it stands for one where none fits. */
    boolean isFixed() {
        return template.equals(FIXED);
    }

    Method method() {
        return method;
    }

    String template() {
        return template;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    Handler handler() {
        return handler;
    }

    /** Orders literals before parameters before tails, from left to right. */
    String precedence() {
        StringBuilder order = new StringBuilder();
        for (Part part : parts) {
            order.append(part.kind().ordinal());
            order.append(part.kind() == Kind.LITERAL ? part.text() : "").append('/');
        }
        return order.toString();
    }

    /** The parameters' values when the template matches. */
    Optional<Map<String, String>> match(List<String> segments) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part.kind() == Kind.TAIL) {
                if (segments.size() < i) {
                    return Optional.empty();
                }
                values.put(part.text(), String.join("/", segments.subList(i, segments.size())));
                return Optional.of(values);
            }
            if (i >= segments.size()) {
                return Optional.empty();
            }
            String segment = segments.get(i);
            if (part.kind() == Kind.LITERAL ? !segment.equals(part.text()) : segment.isEmpty()) {
                return Optional.empty();
            }
            if (part.kind() == Kind.PARAMETER) {
                values.put(part.text(), segment);
            }
        }
        return segments.size() == parts.size() ? Optional.of(values) : Optional.empty();
    }

    private static List<Part> parse(String template) {
        if (!template.startsWith("/")) {
            throw new IllegalArgumentException("a template starts with a slash: " + template);
        }
        List<Part> parts = new ArrayList<>();
        Set<String> names = new HashSet<>();
        String[] segments = template.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            boolean last = i == segments.length - 1;
            if (segment.startsWith("{") && segment.endsWith("...}") && last) {
                parts.add(new Part(Kind.TAIL, segment.substring(1, segment.length() - 4)));
            } else if (segment.startsWith("{") && segment.endsWith("}")) {
                parts.add(new Part(Kind.PARAMETER, segment.substring(1, segment.length() - 1)));
            } else if (segment.contains("{") || segment.isEmpty() && !last) {
                throw new IllegalArgumentException("not a path template: " + template);
            } else {
                parts.add(new Part(Kind.LITERAL, segment));
                continue;
            }
            if (!names.add(parts.get(parts.size() - 1).text())) {
                throw new IllegalArgumentException("a parameter is there twice: " + template);
            }
        }
        return List.copyOf(parts);
    }
}
