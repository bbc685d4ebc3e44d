package strata.policy.language;

import java.util.List;

/** A piece of a policy file with its place. */
sealed interface YamlNode {
    Position at();

    /** What it is called in a message. */
    String kind();

    /**
     * @param plain not quoted, so that numbers and booleans count as such
     * @param text finds the place of each character
     */
    record Scalar(String value, boolean plain, ScalarText text, Position at) implements YamlNode {
        @Override
        public String kind() {
            return value.isEmpty() && plain ? "nothing" : "a single value";
        }
    }

    record Sequence(List<YamlNode> items, Position at) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    record Mapping(List<Entry> entries, Position at) implements YamlNode {
        @Override
        public String kind() {
            return "a map";
        }
    }

    record Entry(Scalar key, YamlNode value) {}
}
