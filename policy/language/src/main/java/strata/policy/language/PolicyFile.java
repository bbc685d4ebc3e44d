package strata.policy.language;

import strata.base.Digest;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reads policy files. The format and what is refused are specified at the package. */
public final class PolicyFile {
    /** The version of the format that this build reads. */
    public static final int VERSION = 1;

    public static final int MAX_FILE_BYTES = 256 * 1024;
    public static final int MAX_RULES = 200;
    public static final int MAX_ACTIONS = 8;

    static final int MAX_NODES = 20_000;
    static final int MAX_DEPTH = 12;
    static final int MAX_CONDITION_LENGTH = 2_000;
    static final int MAX_CONDITION_DEPTH = 32;
    static final int MAX_CONDITION_NODES = 500;
    static final int MAX_ITERATIONS = 1_000;
    static final int MAX_PATTERN_PROGRAM = 2_000;

    private static final String DEFAULT = "default-policy.yaml";

    private PolicyFile() {}

    /**
     * Reads a policy.
     *
     * @param name the file as messages call it
     * @throws PolicyException naming every problem with its line and column
     */
    public static Policy parse(String name, byte[] content, KnownNames names)
            throws PolicyException {
        Problems problems = new Problems(name);
        YamlNode root = YamlReader.read(content, problems);
        Optional<List<Rule>> rules = new RuleReader(new Vocabulary(names), problems).readFile(root);
        problems.check();
        return new Policy(name, Digest.ofBytes(content), rules.orElseThrow());
    }

    /** As {@link #parse(String, byte[], KnownNames)}; reads no more than the limit. */
    public static Policy parse(String name, Reader content, KnownNames names) throws IOException {
        char[] buffer = new char[MAX_FILE_BYTES + 1];
        int length = 0;
        for (int n = 0; n >= 0 && length < buffer.length; length += Math.max(0, n)) {
            n = content.read(buffer, length, buffer.length - length);
        }
        return parse(name, new String(buffer, 0, length).getBytes(StandardCharsets.UTF_8), names);
    }

    /** The text of the policy for a site with the tiers hot and longterm, with comments. */
    public static String defaultText() {
        try (InputStream in = PolicyFile.class.getResourceAsStream(DEFAULT)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError("the default policy is part of this library", e);
        }
    }

    /**
     * The default policy.
     *
     * @throws PolicyException when the configuration has no tier hot or no tier longterm
     */
    public static Policy defaultPolicy(KnownNames names) throws PolicyException {
        return parse(DEFAULT, defaultText().getBytes(StandardCharsets.UTF_8), names);
    }
}
