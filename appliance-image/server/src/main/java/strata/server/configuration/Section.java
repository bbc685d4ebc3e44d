package strata.server.configuration;

import org.snakeyaml.engine.v2.nodes.Node;

import strata.base.OperatorException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A map of known keys. The keys that are asked for are the known ones; what is left when the
 * section is finished is refused.
 */
final class Section {
    private final YamlFile file;
    private final String path;
    private final Map<String, YamlFile.Entry> entries;
    private final Overrides overrides;
    private final List<String> known;
    private final List<String> asked = new ArrayList<>();
    private final List<Section> children = new ArrayList<>();

    private Section(
            YamlFile file,
            String path,
            Map<String, YamlFile.Entry> entries,
            Overrides overrides,
            List<String> known) {
        this.file = file;
        this.path = path;
        this.entries = entries;
        this.overrides = overrides;
        this.known = known;
    }

    /** @param known collects the full names of all keys that are asked for */
    static Section root(
            YamlFile file,
            Map<String, YamlFile.Entry> entries,
            Overrides overrides,
            List<String> known) {
        return new Section(file, "", entries, overrides, known);
    }

    /** Whether the file has the key. */
    boolean has(String key) {
        return entries.containsKey(key);
    }

    Setting value(String key) {
        YamlFile.Entry entry = ask(key);
        Node node = entry == null ? null : entry.value();
        return new Setting(file, name(key), Optional.ofNullable(node), overrides.of(name(key)));
    }

    /** A map of known keys below this one; an empty one where the file has none. */
    Section section(String key) throws OperatorException {
        YamlFile.Entry entry = ask(key);
        Map<String, YamlFile.Entry> below =
                entry == null ? Map.of() : file.map(entry.value(), YamlFile.quoted(name(key)));
        Section child = new Section(file, name(key), below, overrides, known);
        children.add(child);
        return child;
    }

    /** A map whose keys are names that the operator chooses. */
    Map<String, Setting> named(String key) throws OperatorException {
        YamlFile.Entry entry = ask(key);
        Map<String, Setting> named = new LinkedHashMap<>();
        if (entry != null) {
            for (Map.Entry<String, YamlFile.Entry> one :
                    file.map(entry.value(), YamlFile.quoted(name(key))).entrySet()) {
                Optional<Node> node = Optional.of(one.getValue().value());
                String name = name(key) + "." + one.getKey();
                named.put(one.getKey(), new Setting(file, name, node, Optional.empty()));
            }
        }
        return named;
    }

    /** The entry of a named map as a section of known keys. */
    Section of(Setting named) throws OperatorException {
        Map<String, YamlFile.Entry> below = named.entries();
        Section child = new Section(file, named.name(), below, overrides, new ArrayList<>());
        children.add(child);
        return child;
    }

    /** Refuses what nobody asked for, here and below. */
    void finish() throws OperatorException {
        for (Map.Entry<String, YamlFile.Entry> entry : entries.entrySet()) {
            if (!asked.contains(entry.getKey())) {
                throw unknown(entry.getKey(), entry.getValue().line());
            }
        }
        for (Section child : children) {
            child.finish();
        }
    }

    private OperatorException unknown(String key, int line) {
        String suggestion = NearestKey.of(key, asked)
                .map(near -> "did you mean " + YamlFile.quoted(near) + "?")
                .orElseGet(() -> elsewhere(key));
        return new OperatorException("unknown key " + YamlFile.quoted(name(key)) + " in "
                + file.place(line) + ": " + suggestion);
    }

    private String elsewhere(String key) {
        return known.stream()
                .filter(full -> full.endsWith("." + key))
                .findFirst()
                .map(full -> "did you mean " + YamlFile.quoted(full) + "?")
                .orElseGet(() -> "known here: " + String.join(", ", asked));
    }

    private YamlFile.Entry ask(String key) {
        if (!asked.contains(key)) {
            asked.add(key);
            known.add(name(key));
        }
        return entries.get(key);
    }

    private String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
