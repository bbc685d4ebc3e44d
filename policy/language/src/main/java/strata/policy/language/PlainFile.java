package strata.policy.language;

import strata.base.Printable;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads other files in the YAML of rules: the same bounds and refusals, and every mistake with its
 * line and column. Values are asked for first; {@link #check} then tells all that was wrong. For
 * one thread.
 */
public final class PlainFile {
    private static final int MOST_NAMES = 100;

    private final Problems problems;
    private final YamlNode root;

    private PlainFile(Problems problems, YamlNode root) {
        this.problems = problems;
        this.root = root;
    }

    /**
     * @param name the file as messages call it
     * @throws PolicyException when it is no YAML, or has what files of rules may not have
     */
    public static PlainFile read(String name, byte[] content) throws PolicyException {
        Problems problems = new Problems(name);
        return new PlainFile(problems, YamlReader.read(content, problems));
    }

    /** The map that the file is, with these keys. */
    public Section root(Set<String> keys) {
        return new Section(Fields.of(root, "the file", keys, problems));
    }

    /** @throws PolicyException naming every problem that was met so far */
    public void check() throws PolicyException {
        problems.check();
    }

    /** A map of the file. What is missing or wrong in it reads as the value for otherwise. */
    public final class Section {
        private final Optional<Fields> fields;

        private Section(Optional<Fields> fields) {
            this.fields = fields;
        }

        public boolean has(String key) {
            return fields.isPresent() && fields.get().has(key);
        }

        /** The maps by name below a key, each with these keys, in the order of the file. */
        public Map<String, Section> named(String key, Set<String> keys) {
            Map<String, Section> all = new LinkedHashMap<>();
            Optional<YamlNode> node = fields.flatMap(f -> f.node(key));
            if (node.isEmpty()) {
                return all;
            }
            if (!(node.get() instanceof YamlNode.Mapping mapping)
                    || mapping.entries().size() > MOST_NAMES) {
                problems.add(
                        node.get().at(),
                        "\"" + key + "\" is a map of at most " + MOST_NAMES + " names");
                return all;
            }
            mapping.entries().forEach(e -> {
                String name = e.key().value();
                if (!name.matches("[A-Za-z][A-Za-z0-9_-]{0,30}")) {
                    problems.add(e.key().at(), "not a name: " + Printable.of(name));
                }
                all.put(
                        name,
                        new Section(Fields.of(e.value(), Printable.of(name), keys, problems)));
            });
            return all;
        }

        /** The map below a key. */
        public Section section(String key, Set<String> keys) {
            return new Section(fields.flatMap(f -> f.node(key))
                    .flatMap(n -> Fields.of(n, "\"" + key + "\"", keys, problems)));
        }

        /** A number within bounds. */
        public double number(String key, double otherwise, double least, double most) {
            Optional<YamlNode.Scalar> value = fields.flatMap(f -> f.scalar(key));
            if (value.isEmpty()) {
                return otherwise;
            }
            String text = value.get().value();
            double number = text.matches("\\d{1,12}(\\.\\d{1,9})?") ? Double.parseDouble(text) : -1;
            if (!(number >= least && number <= most)) {
                problems.add(
                        value.get().at(),
                        String.format(
                                Locale.ROOT,
                                "\"%s\" is a number from %s to %s, not %s",
                                key,
                                plain(least),
                                plain(most),
                                Printable.of(text)));
                return otherwise;
            }
            return number;
        }

        private static String plain(double number) {
            return new java.math.BigDecimal(number)
                    .round(new java.math.MathContext(12))
                    .stripTrailingZeros()
                    .toPlainString();
        }

        /** A part of a whole such as 8% or 0.08. */
        public OptionalDouble part(String key) {
            return read(key, Quantity::part, "is a part such as 8% or 0.08")
                    .orElse(OptionalDouble.empty());
        }

        /** A size such as 200 TB. */
        public OptionalLong size(String key) {
            return read(key, Quantity::bytes, "is a size such as 200 TB")
                    .orElse(OptionalLong.empty());
        }

        /** A day such as 2026-01-31. */
        public Optional<LocalDate> day(String key) {
            return read(key, Section::parsed, "is a day such as 2026-01-31").flatMap(day -> day);
        }

        private static Optional<LocalDate> parsed(String text) {
            try {
                return Optional.of(LocalDate.parse(text));
            } catch (DateTimeException e) {
                // Told by the caller, with its place.
                return Optional.empty();
            }
        }

        /** Plain texts. */
        public List<String> texts(String key) {
            Optional<YamlNode> node = fields.flatMap(f -> f.node(key));
            if (node.isEmpty()) {
                return List.of();
            }
            if (node.get() instanceof YamlNode.Sequence list
                    && list.items().stream().allMatch(i -> i instanceof YamlNode.Scalar)) {
                return list.items().stream()
                        .map(i -> ((YamlNode.Scalar) i).value())
                        .toList();
            }
            problems.add(node.get().at(), "\"" + key + "\" is a list of single values");
            return List.of();
        }

        private interface Reading<T> {
            T of(String text);
        }

        private <T> Optional<T> read(String key, Reading<T> reading, String what) {
            Optional<YamlNode.Scalar> value = fields.flatMap(f -> f.scalar(key));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            T found = reading.of(value.get().value());
            boolean nothing = found.equals(OptionalDouble.empty())
                    || found.equals(OptionalLong.empty())
                    || found.equals(Optional.empty());
            if (nothing) {
                problem(
                        key,
                        "\"" + key + "\" " + what + ", not "
                                + Printable.of(value.get().value()));
            }
            return Optional.of(found);
        }

        /** A mistake at the value of the key, or at this map when it is not there. */
        public void problem(String key, String message) {
            fields.ifPresent(f -> problems.add(f.valueAt(key), message));
        }
    }
}
