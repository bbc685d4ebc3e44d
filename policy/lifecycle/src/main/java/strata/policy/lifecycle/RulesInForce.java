package strata.policy.lifecycle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Digest;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.Printable;
import strata.base.StrataException;
import strata.policy.language.KnownNames;
import strata.policy.language.Policy;
import strata.policy.language.PolicyException;
import strata.policy.language.PolicyFile;
import strata.policy.language.Rule;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file of rules and how another takes its place while the server runs: only after a dry run of
 * the same bytes against the rules in force then, and with a word that the dry run told where
 * copies would go or retention would end. Every change and refusal is logged, counted and audited.
 * Thread-safe.
 */
public final class RulesInForce {
    private static final Logger LOG = LoggerFactory.getLogger(RulesInForce.class);
    private static final int REMEMBERED = 16;
    private static final int WORD_DIGITS = 8;

    private final Disk disk;
    private final Path path;
    private volatile KnownNames names;
    private final Lifecycle lifecycle;
    private final Audit audit;
    private final Metrics.Counter changes;
    private final Map<Digest, Digest> dryRuns = new LinkedHashMap<>();
    private volatile byte[] text;
    private volatile double sinceSeconds;

    /**
     * What a file would do.
     *
     * @param word what confirms it; empty where nothing needs a confirmation
     */
    public record DryRun(
            Policy candidate,
            PolicyComparison comparison,
            Optional<String> word,
            List<String> lines) {
        public DryRun {
            lines = List.copyOf(lines);
        }
    }

    /**
     * @param lifecycle runs the rules that {@link #read} gave
     * @param path where the file is, or will be
     */
    public RulesInForce(
            Disk disk,
            Path path,
            KnownNames names,
            Lifecycle lifecycle,
            Metrics metrics,
            Audit audit)
            throws IOException {
        this.disk = disk;
        this.path = path;
        this.names = names;
        this.lifecycle = lifecycle;
        this.audit = audit;
        this.text = bytes(disk, path);
        metrics.gauge(
                "strata_policy_rules_in_force",
                "Rules in force",
                () -> lifecycle.policy().rules().size());
        metrics.gauge(
                "strata_policy_rules_since_timestamp_seconds",
                "When the rules in force took effect, or the start",
                () -> sinceSeconds);
        this.changes = metrics.counter(
                "strata_policy_rules_changes_total", "Other rules offered, by result", "result");
        sinceSeconds = System.currentTimeMillis() / 1e3;
    }

    /** The server serves: which rules it began with is logged and audited. */
    public void started() {
        tookEffect("start", "server");
    }

    /**
     * The rules of the file, or the built-in ones where there is none.
     *
     * @throws PolicyException naming what is wrong in it
     */
    public static Policy read(Disk disk, Path path, KnownNames names) throws IOException {
        return disk.exists(path)
                ? PolicyFile.parse(path.toString(), bytes(disk, path), names)
                : PolicyFile.defaultPolicy(names);
    }

    private static byte[] bytes(Disk disk, Path path) throws IOException {
        if (!disk.exists(path)) {
            return PolicyFile.defaultText().getBytes(StandardCharsets.UTF_8);
        }
        try (DiskFile file = disk.openForReading(path)) {
            // One more than a file may have, which the reader then says.
            long length = Math.min(file.lengthBytes(), PolicyFile.MAX_FILE_BYTES + 1L);
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            file.read(bytes, 0);
            return bytes.array();
        }
    }

    /** What rules of this server may name. */
    public KnownNames names() {
        return names;
    }

    public Policy policy() {
        return lifecycle.policy();
    }

    /** The file of the rules in force. */
    public String text() {
        return new String(text, StandardCharsets.UTF_8);
    }

    /**
     * Looks at every study by these rules and by those in force. Changes nothing, and is
     * remembered: the same bytes may then be applied.
     *
     * @throws PolicyException naming what is wrong
     */
    public synchronized DryRun dryRun(byte[] file) throws IOException {
        Policy candidate = PolicyFile.parse("rules", file, names);
        PolicyComparison comparison = lifecycle.compare(candidate);
        List<String> lines = new ArrayList<>(comparison.lines());
        List<String> any = removersOfAny(candidate);
        any.forEach(
                rule -> lines.add("WARNING: rule " + rule + " may remove copies of every study"));
        boolean destructive = comparison.isDestructive() || !any.isEmpty();
        Optional<String> word = destructive
                ? Optional.of("remove-" + candidate.digest().toString().substring(0, WORD_DIGITS))
                : Optional.empty();
        dryRuns.remove(candidate.digest());
        dryRuns.put(candidate.digest(), policy().digest());
        if (dryRuns.size() > REMEMBERED) {
            dryRuns.remove(dryRuns.keySet().iterator().next());
        }
        return new DryRun(candidate, comparison, word, lines);
    }

    /** Rules with the word destructive that were not there before as they are. */
    private List<String> removersOfAny(Policy candidate) {
        return candidate.rules().stream()
                .filter(Rule::destructive)
                .filter(r -> policy().rule(r.name())
                        .filter(b -> b.destructive()
                                && b.when().text().equals(r.when().text())
                                && b.actions().equals(r.actions()))
                        .isEmpty())
                .map(Rule::name)
                .toList();
    }

    /**
     * Puts a file in force that had its dry run: it is durable in its place before it counts.
     *
     * @param word of the dry run, where it told one
     * @throws OperatorException when it had none since the rules in force are what they are, when
     *     the word is missing or another, or when the file in place was changed by hand
     */
    public synchronized DryRun apply(byte[] file, Optional<String> word, String actor)
            throws IOException {
        DryRun known;
        try {
            Policy candidate = PolicyFile.parse("rules", file, names);
            if (!policy().digest().equals(dryRuns.get(candidate.digest()))) {
                throw new OperatorException(
                        "these rules had no dry run against the rules in force");
            }
            known = dryRun(file);
            confirm(known, word);
            byte[] inPlace = bytes(disk, path);
            if (!Digest.ofBytes(inPlace).equals(policy().digest())
                    && !Digest.ofBytes(inPlace).equals(candidate.digest())) {
                throw new OperatorException(path
                        + " is not the file of the rules in force: load or remove what is there");
            }
        } catch (StrataException e) {
            refused(actor, e);
            throw e;
        }
        write(file);
        putInForce(file, "applied", actor);
        return known;
    }

    private static void confirm(DryRun dryRun, Optional<String> word) throws OperatorException {
        if (dryRun.word().isPresent() && !dryRun.word().equals(word)) {
            throw new OperatorException(
                    "these rules take away copies or retention that the rules in"
                            + " force keep: confirm with the word "
                            + dryRun.word().get());
        }
    }

    /**
     * Takes the file in place where it was changed by hand. One that takes away what the rules in
     * force keep is refused, since nobody saw its dry run: it has to be applied.
     *
     * @return whether other rules are in force now
     * @throws OperatorException what is wrong; the rules in force stay
     */
    public boolean reload(String actor) throws IOException {
        return reload(actor, names);
    }

    /**
     * As above while the names change that rules may use; those in place have to make do with the
     * others.
     */
    public synchronized boolean reload(String actor, KnownNames others) throws IOException {
        byte[] inPlace = bytes(disk, path);
        boolean same = Digest.ofBytes(inPlace).equals(policy().digest());
        if (same && others.equals(names)) {
            return false;
        }
        KnownNames before = names;
        boolean good = false;
        try {
            names = others;
            PolicyFile.parse(path.toString(), inPlace, others);
            if (!same) {
                confirm(dryRun(inPlace), Optional.empty());
            }
            good = true;
        } catch (StrataException e) {
            refused(actor, e);
            throw e;
        } finally {
            names = good ? others : before;
        }
        if (!same) {
            putInForce(inPlace, "reloaded", actor);
        }
        return !same;
    }

    /**
     * Puts a file in force that is in place and was applied at another site, which shares its rules
     * with this one.
     *
     * @throws PolicyException naming what is wrong; the rules in force stay
     */
    public synchronized void adopt(byte[] file) throws IOException {
        putInForce(file, "adopted", "another site");
    }

    private void putInForce(byte[] file, String result, String actor) throws IOException {
        lifecycle.policy(PolicyFile.parse(path.toString(), file, names));
        text = file.clone();
        tookEffect(result, actor);
    }

    private void tookEffect(String result, String actor) {
        Policy policy = policy();
        sinceSeconds = System.currentTimeMillis() / 1e3;
        changes.increment(result);
        LOG.info(
                "rules in force: {} with {} rules, digest {} ({})",
                Printable.of(policy.file()),
                policy.rules().size(),
                policy.digest(),
                result);
        audit.record(
                Audit.Action.POLICY_CHANGED,
                Audit.Outcome.SUCCESS,
                actor,
                Map.of(
                        "event", "rules " + result,
                        "rules", String.valueOf(policy.rules().size()),
                        "digest", policy.digest().toString()));
    }

    private void refused(String actor, StrataException why) {
        changes.increment("refused");
        LOG.warn("other rules are refused, those in force stay: {}", why.getMessage());
        audit.record(
                Audit.Action.POLICY_CHANGED,
                Audit.Outcome.REFUSED,
                actor,
                Map.of("event", "rules refused", "digest", policy().digest().toString()));
    }

    /** Beside it first: a crash leaves the file before or this one. */
    private void write(byte[] file) throws IOException {
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        disk.delete(draft);
        try (DiskFile made = disk.create(draft)) {
            made.write(ByteBuffer.wrap(file), 0);
            made.sync();
        }
        disk.rename(draft, path);
        disk.syncDirectory(path.toAbsolutePath().getParent());
    }
}
