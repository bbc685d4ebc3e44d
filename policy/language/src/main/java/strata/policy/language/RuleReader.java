package strata.policy.language;

import strata.base.Printable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads rules from the nodes of a policy file; what is wrong goes to the problems. */
final class RuleReader {
    private static final Set<String> FILE_KEYS = Set.of("version", "zone", "rules");
    private static final Set<String> RULE_KEYS =
            Set.of("name", "when", "do", "window", "rate", "destructive");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private final Vocabulary vocabulary;
    private final Problems problems;
    private final Set<String> ruleNames = new HashSet<>();
    private ScheduleReader schedules;

    RuleReader(Vocabulary vocabulary, Problems problems) {
        this.vocabulary = vocabulary;
        this.problems = problems;
    }

    Optional<List<Rule>> readFile(YamlNode root) {
        Optional<Fields> file = Fields.of(root, "a policy file", FILE_KEYS, problems);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        file.get().required("version", "a policy file");
        file.get().scalar("version").ifPresent(this::version);
        schedules = new ScheduleReader(problems, file.get());
        Optional<YamlNode> rules = file.get().required("rules", "a policy file");
        if (rules.isEmpty()) {
            return Optional.empty();
        }
        if (!(rules.get() instanceof YamlNode.Sequence list)) {
            problems.add(
                    rules.get().at(), "\"rules\" is a list, not " + rules.get().kind());
            return Optional.empty();
        }
        if (list.items().size() > PolicyFile.MAX_RULES) {
            problems.add(list.at(), "at most " + PolicyFile.MAX_RULES + " rules");
            return Optional.empty();
        }
        List<Rule> read = new ArrayList<>();
        list.items().forEach(item -> rule(item).ifPresent(read::add));
        return Optional.of(read);
    }

    private void version(YamlNode.Scalar version) {
        if (!version.value().equals(String.valueOf(PolicyFile.VERSION))) {
            problems.add(
                    version.at(),
                    "this build reads version "
                            + PolicyFile.VERSION
                            + ", not "
                            + Printable.of(version.value()));
        }
    }

    private Optional<Rule> rule(YamlNode node) {
        int before = problems.count();
        Optional<Fields> fields = Fields.of(node, "a rule", RULE_KEYS, problems);
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        Fields rule = fields.get();
        rule.required("name", "a rule");
        rule.required("when", "a rule");
        rule.required("do", "a rule");
        rule.scalar("name").ifPresent(this::name);
        Optional<Condition> when =
                rule.scalar("when").flatMap(s -> ConditionReader.read(vocabulary, problems, s));
        ActionReader actions = new ActionReader(vocabulary, problems, when);
        List<RuleAction> wanted = rule.node("do").map(actions::read).orElse(List.of());
        Optional<Window> window = rule.node("window").flatMap(schedules::window);
        Optional<Rate> rate = rule.node("rate").flatMap(schedules::rate);
        boolean destructive = rule.yes("destructive");
        if (problems.count() > before || when.isEmpty()) {
            return Optional.empty();
        }
        Rule read = new Rule(
                rule.text("name").orElseThrow(),
                when.get(),
                wanted,
                window,
                rate,
                destructive,
                rule.at());
        checkDestructive(rule, read);
        checkPrefetch(rule, read);
        return Optional.of(read);
    }

    private void name(YamlNode.Scalar name) {
        if (!NAME.matcher(name.value()).matches()) {
            problems.add(
                    name.at(),
                    "a rule's name has 1 to 63 letters, digits, dots, _ and -, not "
                            + Printable.of(name.value()));
        } else if (!ruleNames.add(name.value())) {
            problems.add(name.at(), "two rules are called " + Printable.of(name.value()));
        }
    }

    private void checkPrefetch(Fields fields, Rule rule) {
        long prefetches = rule.actions().stream()
                .filter(a -> a instanceof RuleAction.Prefetch)
                .count();
        if (prefetches > 0 && prefetches < rule.actions().size()) {
            problems.add(fields.valueAt("do"), "a rule that prefetches does nothing else");
        } else if (prefetches == 0
                && rule.when().facts().stream()
                        .anyMatch(f -> f.startsWith(Vocabulary.ORDER + "."))) {
            problems.add(
                    fields.valueAt("when"),
                    "facts of the order are known to rules that prefetch only");
        }
    }

    private void checkDestructive(Fields fields, Rule rule) {
        boolean removes = rule.actions().stream()
                .anyMatch(a -> a instanceof RuleAction.Release || a instanceof RuleAction.Expire);
        if (rule.destructive() && !removes) {
            problems.add(
                    fields.keyAt("destructive"),
                    "\"destructive\" is for rules that release or expire");
        } else if (removes && !rule.destructive() && MatchesAll.holds(rule, vocabulary.names())) {
            problems.add(
                    fields.valueAt("when"),
                    "this would remove the copies of every study; narrow the condition or add"
                            + " \"destructive: true\" to the rule");
        }
    }
}
