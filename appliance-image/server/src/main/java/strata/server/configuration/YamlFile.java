package strata.server.configuration;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

import strata.base.OperatorException;
import strata.base.Printable;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Turns the file into nodes that know their lines. */
final class YamlFile {
    static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 32;

    private final String name;

    YamlFile(String name) {
        this.name = name;
    }

    /** One key with where it stands. */
    record Entry(int line, Node value) {}

    static String text(Path file) throws OperatorException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new OperatorException("not a configuration file, it is too long: " + file);
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new OperatorException("no configuration file " + file, e);
        } catch (AccessDeniedException e) {
            throw new OperatorException("the configuration file may not be read: " + file, e);
        } catch (CharacterCodingException e) {
            throw new OperatorException("the configuration file is not UTF-8: " + file, e);
        } catch (OperatorException e) {
            throw e;
        } catch (IOException e) {
            throw new OperatorException(
                    "the configuration file cannot be read: " + file + ": " + e.getMessage(), e);
        }
    }

    /** The root map; empty for a file without content. */
    Map<String, Entry> parse(String text) throws OperatorException {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setCodePointLimit(MAX_BYTES)
                .build();
        try {
            checkDepth(settings, text);
            Optional<Node> root = new Compose(settings).composeString(text);
            return root.isEmpty() ? Map.of() : map(root.get(), "the file");
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new OperatorException(place(line) + ": not YAML: " + oneLine(e.getProblem()), e);
        } catch (YamlEngineException e) {
            throw new OperatorException(name + ": not YAML: " + oneLine(e.getMessage()), e);
        }
    }

    /** The entries of a map, in their order; a value that is left out counts as an empty map. */
    Map<String, Entry> map(Node node, String what) throws OperatorException {
        checkPlain(node);
        if (node instanceof ScalarNode scalar && isNothing(scalar)) {
            return Map.of();
        }
        if (!(node instanceof MappingNode mapping)) {
            throw new OperatorException(place(line(node)) + ": " + what + " must be a map of keys");
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node key = tuple.getKeyNode();
            checkPlain(key);
            if (!(key instanceof ScalarNode scalar)) {
                throw new OperatorException(place(line(key)) + ": a key must be a word");
            }
            Entry entry = new Entry(line(key), tuple.getValueNode());
            if (entries.put(scalar.getValue(), entry) != null) {
                throw new OperatorException("key " + quoted(scalar.getValue())
                        + " is there twice in " + place(line(key)));
            }
        }
        return entries;
    }

    /** Aliases could make a small file large, tags could name classes: neither has a use here. */
    void checkPlain(Node node) throws OperatorException {
        boolean tagged = !node.getTag().getValue().startsWith("tag:yaml.org,2002:");
        if (node.getAnchor().isPresent() || tagged) {
            throw new OperatorException(
                    place(line(node)) + ": YAML anchors and tags are not used in this file");
        }
    }

    static boolean isNothing(ScalarNode scalar) {
        return scalar.isPlain() && scalar.getValue().matches("|~|null");
    }

    static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    String place(int line) {
        return name + " line " + line;
    }

    static String quoted(String text) {
        String printable = Printable.of(text);
        return "'" + printable.substring(1, printable.length() - 1) + "'";
    }

    private void checkDepth(LoadSettings settings, String text) throws OperatorException {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
                throw new OperatorException(place(line) + ": nested too deeply");
            }
        }
    }

    private static String oneLine(String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }
}
