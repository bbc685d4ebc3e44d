package strata.policy.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads what a rule does: one action as a map, or a list of such maps. */
final class ActionReader {
    /** Stands for every configured site, also when there is none. */
    private static final String ALL_SITES = "all";

    private static final double DEFAULT_MARGIN = 0.05;

    /** Each verb with the other keys that may stand beside it. */
    private static final Map<String, Set<String>> VERBS = Map.of(
            "place", Set.of("profile"),
            "replicate", Set.of(),
            "release", Set.of("order", "requires", "margin"),
            "expire", Set.of("requires"));

    private final KnownNames names;
    private final Problems problems;
    private final Optional<Condition> when;

    ActionReader(KnownNames names, Problems problems, Optional<Condition> when) {
        this.names = names;
        this.problems = problems;
        this.when = when;
    }

    List<RuleAction> read(YamlNode node) {
        if (!(node instanceof YamlNode.Sequence list)) {
            return one(node).map(List::of).orElse(List.of());
        }
        if (list.items().isEmpty() || list.items().size() > PolicyFile.MAX_ACTIONS) {
            problems.add(node.at(), "a rule does 1 to " + PolicyFile.MAX_ACTIONS + " things");
            return List.of();
        }
        List<RuleAction> all = new ArrayList<>();
        list.items().forEach(item -> one(item).ifPresent(all::add));
        return all;
    }

    private Optional<RuleAction> one(YamlNode node) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            problems.add(
                    node.at(), "\"do\" is a map such as { place: longterm }, not " + node.kind());
            return Optional.empty();
        }
        List<String> verbs = mapping.entries().stream()
                .map(e -> e.key().value())
                .filter(VERBS::containsKey)
                .toList();
        if (verbs.size() != 1) {
            Set<String> known = new TreeSet<>(VERBS.keySet());
            VERBS.values().forEach(known::addAll);
            int before = problems.count();
            Fields.of(node, "an action", known, problems);
            if (problems.count() == before) {
                problems.add(
                        node.at(),
                        "an action has exactly one of "
                                + String.join(", ", new TreeMap<>(VERBS).keySet()));
            }
            return Optional.empty();
        }
        String verb = verbs.get(0);
        Set<String> keys = new TreeSet<>(VERBS.get(verb));
        keys.add(verb);
        int before = problems.count();
        Optional<RuleAction> action =
                Fields.of(node, "\"" + verb + "\"", keys, problems).flatMap(f -> act(verb, f));
        return problems.count() > before ? Optional.empty() : action;
    }

    private Optional<RuleAction> act(String verb, Fields fields) {
        if (verb.equals("replicate")) {
            return Optional.of(new RuleAction.Replicate(sites(fields)));
        }
        Optional<String> tier = fields.name(verb, "tier", names.tiers());
        if (tier.isEmpty()) {
            return Optional.empty();
        }
        return switch (verb) {
            case "place" ->
                Optional.of(new RuleAction.Place(
                        tier.get(), fields.name("profile", "profile", names.profiles())));
            case "expire" -> Optional.of(new RuleAction.Expire(tier.get(), requires(fields)));
            default -> Optional.of(release(tier.get(), fields));
        };
    }

    private List<String> sites(Fields fields) {
        boolean all = fields.text("replicate", ALL_SITES);
        return all ? List.copyOf(names.sites()) : fields.names("replicate", "site", names.sites());
    }

    private RuleAction release(String tier, Fields fields) {
        Map<String, ReleaseOrder> orders = new TreeMap<>();
        for (ReleaseOrder order : ReleaseOrder.values()) {
            orders.put(order.word(), order);
        }
        ReleaseOrder order = fields.name("order", "order", orders.keySet())
                .map(orders::get)
                .orElse(ReleaseOrder.OLDEST_ACCESS_FIRST);
        return new RuleAction.Release(tier, order, requires(fields), margin(tier, fields));
    }

    private OptionalDouble margin(String tier, Fields fields) {
        boolean marked = when.map(w -> w.hasMark(tier)).orElse(false);
        if (!fields.has("margin")) {
            return marked ? OptionalDouble.of(DEFAULT_MARGIN) : OptionalDouble.empty();
        }
        if (when.isPresent() && !marked) {
            problems.add(
                    fields.keyAt("margin"),
                    String.format(
                            Locale.ROOT,
                            "a margin needs a mark: a condition such as tier.%s.fill > 0.80",
                            tier));
        }
        OptionalDouble margin =
                fields.text("margin").map(Quantity::part).orElse(OptionalDouble.empty());
        if (margin.isEmpty()) {
            problems.add(fields.valueAt("margin"), "a margin is a part such as 5% or 0.05");
        }
        return margin;
    }

    private Requires requires(Fields fields) {
        Optional<YamlNode> node = fields.node("requires");
        if (node.isEmpty()) {
            return Requires.ONE_OTHER_TIER;
        }
        Optional<Fields> given =
                Fields.of(node.get(), "\"requires\"", Set.of("copies", "tiers", "sites"), problems);
        if (given.isEmpty()) {
            return Requires.ONE_OTHER_TIER;
        }
        int tiers = number(given.get(), "tiers", names.tiers().size() - 1);
        int sites = number(given.get(), "sites", names.sites().size());
        int most = names.tiers().size() - 1 + names.sites().size();
        int copies = number(given.get(), "copies", most);
        if (copies + tiers + sites == 0) {
            problems.add(
                    node.get().at(),
                    "at least one verified copy must be elsewhere: copies, tiers or sites");
            return Requires.ONE_OTHER_TIER;
        }
        return new Requires(Math.max(copies, tiers + sites), tiers, sites);
    }

    private int number(Fields fields, String key, int most) {
        OptionalLong count = fields.count(key);
        if (count.isPresent() && count.getAsLong() > Math.max(0, most)) {
            problems.add(
                    fields.valueAt(key),
                    "there can never be " + count.getAsLong() + " here, at most "
                            + Math.max(0, most));
        }
        return (int) Math.min(Math.max(0, most), count.orElse(0));
    }
}
