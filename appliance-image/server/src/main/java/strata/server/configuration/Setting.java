package strata.server.configuration;

import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

import strata.base.OperatorException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One key's value with where it comes from: an option of the command line, the file, or neither.
 */
final class Setting {
    private final YamlFile file;
    private final String name;
    private final Optional<Node> node;
    private final Optional<Overrides.Given> given;

    Setting(YamlFile file, String name, Optional<Node> node, Optional<Overrides.Given> given) {
        this.file = file;
        this.name = name;
        this.node = node;
        this.given = given;
    }

    String name() {
        return name;
    }

    /** How messages name it: the option, or file, line and key, or the key's default. */
    String place() {
        if (given.isPresent()) {
            return given.get().option();
        }
        return node.map(n -> file.place(YamlFile.line(n)) + ": " + name)
                .orElse(name + " (default)");
    }

    OperatorException wrong(String why) {
        return new OperatorException(place() + ": " + why);
    }

    /** The parsed value; empty where neither option nor file has one. */
    <T> Optional<T> as(Function<String, T> parse) throws OperatorException {
        Optional<String> text = text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(parsed(text.get(), parse));
    }

    <T> T as(Function<String, T> parse, T byDefault) throws OperatorException {
        return as(parse).orElse(byDefault);
    }

    /** A list of values, or a single one. */
    <T> List<T> listOf(Function<String, T> parse) throws OperatorException {
        if (node.isPresent() && node.get() instanceof SequenceNode sequence) {
            file.checkPlain(sequence);
            List<T> values = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                Setting one = new Setting(file, name, Optional.of(item), Optional.empty());
                values.add(one.as(parse).orElseThrow(() -> one.wrong("an entry is empty")));
            }
            return values;
        }
        return as(parse).map(List::of).orElse(List.of());
    }

    boolean isMap() {
        return node.isPresent() && node.get() instanceof org.snakeyaml.engine.v2.nodes.MappingNode;
    }

    Map<String, YamlFile.Entry> entries() throws OperatorException {
        return node.isPresent() ? file.map(node.get(), YamlFile.quoted(name)) : Map.of();
    }

    private <T> T parsed(String text, Function<String, T> parse) throws OperatorException {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage() + ", not " + YamlFile.quoted(text));
        }
    }

    private Optional<String> text() throws OperatorException {
        if (given.isPresent()) {
            return Optional.of(given.get().value());
        }
        if (node.isEmpty()) {
            return Optional.empty();
        }
        file.checkPlain(node.get());
        if (!(node.get() instanceof ScalarNode scalar)) {
            throw wrong("must be a single value");
        }
        return YamlFile.isNothing(scalar) ? Optional.empty() : Optional.of(scalar.getValue());
    }
}
