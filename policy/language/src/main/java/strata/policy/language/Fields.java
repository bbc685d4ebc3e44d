package strata.policy.language;

import strata.base.Printable;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The keys of one map of a policy file, checked against those it may have, and typed on reading.
 */
final class Fields {
    private static final Set<String> YES = Set.of("true");
    private static final Set<String> NO = Set.of("false");

    private final Problems problems;
    private final Position at;
    private final Map<String, YamlNode> values = new HashMap<>();
    private final Map<String, Position> keys = new HashMap<>();

    private Fields(Problems problems, Position at) {
        this.problems = problems;
        this.at = at;
    }

    /** Returns nothing when the node is no map; unknown keys are reported and left out. */
    static Optional<Fields> of(
            YamlNode node, String what, Collection<String> known, Problems problems) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            problems.add(node.at(), what + " is a map of keys and values, not " + node.kind());
            return Optional.empty();
        }
        Fields fields = new Fields(problems, node.at());
        for (YamlNode.Entry entry : mapping.entries()) {
            String key = entry.key().value();
            if (!known.contains(key)) {
                problems.add(
                        entry.key().at(),
                        "unknown key "
                                + Printable.of(key)
                                + " of "
                                + what
                                + NearestName.hint(key, known));
            } else {
                fields.values.put(key, entry.value());
                fields.keys.put(key, entry.key().at());
            }
        }
        return Optional.of(fields);
    }

    Position at() {
        return at;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    Position keyAt(String key) {
        return keys.getOrDefault(key, at);
    }

    Position valueAt(String key) {
        return values.containsKey(key) ? values.get(key).at() : at;
    }

    Optional<YamlNode> node(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A value that must be there; its absence is reported at the map. */
    Optional<YamlNode> required(String key, String what) {
        if (!has(key)) {
            problems.add(at, what + " needs the key \"" + key + "\"");
        }
        return node(key);
    }

    /** A single value, reported when it is something else. */
    Optional<YamlNode.Scalar> scalar(String key) {
        return node(key).flatMap(node -> single(node, key));
    }

    Optional<String> text(String key) {
        return scalar(key).map(YamlNode.Scalar::value);
    }

    /** Whether the value is exactly this word; reports nothing. */
    boolean text(String key, String word) {
        return values.get(key) instanceof YamlNode.Scalar scalar
                && scalar.value().equals(word);
    }

    /** One of the names; another is reported with the nearest. */
    Optional<String> name(String key, String kind, Collection<String> known) {
        return scalar(key).flatMap(value -> known(value, kind, known));
    }

    /** A name or a list of names, all known, none twice. */
    List<String> names(String key, String kind, Collection<String> known) {
        return each(key, kind, value -> known(value, kind, known));
    }

    /** A word or a list of words, all of a form, none twice. */
    List<String> words(String key, String kind, Predicate<String> form) {
        return each(key, kind, value -> {
            if (form.test(value.value())) {
                return Optional.of(value.value());
            }
            problems.add(value.at(), Printable.of(value.value()) + " is no name of a " + kind);
            return Optional.empty();
        });
    }

    private List<String> each(
            String key, String kind, Function<YamlNode.Scalar, Optional<String>> read) {
        Optional<YamlNode> node = node(key);
        if (node.isEmpty()) {
            return List.of();
        }
        List<YamlNode> items =
                node.get() instanceof YamlNode.Sequence list ? list.items() : List.of(node.get());
        List<String> found = items.stream()
                .flatMap(item -> single(item, key).stream())
                .flatMap(value -> read.apply(value).stream())
                .toList();
        if (items.isEmpty()) {
            problems.add(node.get().at(), "\"" + key + "\" names at least one " + kind);
        } else if (Set.copyOf(found).size() < found.size()) {
            problems.add(node.get().at(), "\"" + key + "\" names a " + kind + " twice");
        }
        return found.stream().distinct().toList();
    }

    boolean yes(String key) {
        Optional<YamlNode.Scalar> value = scalar(key);
        if (value.isPresent()
                && !YES.contains(value.get().value())
                && !NO.contains(value.get().value())) {
            problems.add(
                    value.get().at(),
                    "\"" + key + "\" is true or false, not "
                            + Printable.of(value.get().value()));
        }
        return value.isPresent() && YES.contains(value.get().value());
    }

    /** A whole number from 1 up. */
    OptionalLong count(String key) {
        Optional<YamlNode.Scalar> value = scalar(key);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong number = Quantity.count(value.get().value());
        if (number.isEmpty()) {
            problems.add(
                    value.get().at(),
                    "\""
                            + key
                            + "\" is a whole number from 1 up, not "
                            + Printable.of(value.get().value()));
        }
        return number;
    }

    private Optional<YamlNode.Scalar> single(YamlNode node, String key) {
        if (node instanceof YamlNode.Scalar scalar
                && !(scalar.plain() && scalar.value().isEmpty())) {
            return Optional.of(scalar);
        }
        problems.add(node.at(), "\"" + key + "\" is a single value, not " + node.kind());
        return Optional.empty();
    }

    private Optional<String> known(YamlNode.Scalar value, String kind, Collection<String> known) {
        if (known.contains(value.value())) {
            return Optional.of(value.value());
        }
        problems.add(
                value.at(),
                "unknown "
                        + kind
                        + " "
                        + Printable.of(value.value())
                        + NearestName.hint(value.value(), known));
        return Optional.empty();
    }
}
