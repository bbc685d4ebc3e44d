package strata.policy.language;

import strata.base.Printable;

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
import java.util.regex.Pattern;

/** Reads what a rule does: one action as a map, or a list of such maps. */
final class ActionReader {
    /** Stands for every configured site, also when there is none. */
    private static final String ALL_SITES = "all";

    private static final double DEFAULT_MARGIN = 0.05;

    private static final Pattern CASE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Map<String, ActionWord> VERBS = ActionWord.byWord();
    private static final int MOST_PRIORS = 100;

    private final Vocabulary vocabulary;
    private final KnownNames names;
    private final Problems problems;
    private final Optional<Condition> when;

    ActionReader(Vocabulary vocabulary, Problems problems, Optional<Condition> when) {
        this.vocabulary = vocabulary;
        this.names = vocabulary.names();
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
            VERBS.values().forEach(v -> known.addAll(v.keys()));
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
        Set<String> keys = new TreeSet<>(VERBS.get(verb).keys());
        keys.add(verb);
        int before = problems.count();
        Optional<RuleAction> action =
                Fields.of(node, "\"" + verb + "\"", keys, problems).flatMap(f -> act(verb, f));
        return problems.count() > before ? Optional.empty() : action;
    }

    private Optional<RuleAction> act(String verb, Fields fields) {
        return switch (VERBS.get(verb)) {
            case REPLICATE -> Optional.of(new RuleAction.Replicate(sites(fields)));
            case ROUTE -> Optional.of(new RuleAction.Route(peers(fields)));
            case COPIES -> copies(fields);
            case RETAIN -> retain(fields);
            case HOLD -> hold(fields);
            case PLACE ->
                tier(verb, fields)
                        .map(tier -> new RuleAction.Place(
                                tier, fields.name("profile", "profile", names.profiles())));
            case EXPIRE ->
                tier(verb, fields).map(tier -> new RuleAction.Expire(tier, requires(fields)));
            case RELEASE -> tier(verb, fields).map(tier -> release(tier, fields));
            case KEEP ->
                tier(verb, fields).map(tier -> new RuleAction.Keep(tier, moment(fields, "until")));
            case PREFETCH ->
                tier(verb, fields)
                        .map(tier -> new RuleAction.Prefetch(
                                tier, bounded(fields, "most", MOST_PRIORS, MOST_PRIORS)));
        };
    }

    private Optional<String> tier(String verb, Fields fields) {
        return fields.name(verb, "tier", names.tiers());
    }

    private Optional<Moment> moment(Fields fields, String key) {
        return fields.scalar(key).flatMap(s -> ConditionReader.readMoment(vocabulary, problems, s));
    }

    private Optional<RuleAction> copies(Fields fields) {
        Set<String> known = new TreeSet<>(names.tiers());
        known.addAll(names.sites());
        fields.required("in", "\"copies\"");
        List<CopyPlace> in = fields.names("in", "tier or site", known).stream()
                .map(name -> names.tiers().contains(name)
                        ? new CopyPlace.Tier(name)
                        : (CopyPlace) new CopyPlace.Site(name))
                .toList();
        int before = problems.count();
        int count = bounded(fields, "copies", in.size(), 1);
        return in.isEmpty() || problems.count() > before
                ? Optional.empty()
                : Optional.of(new RuleAction.Copies(count, in));
    }

    private Optional<RuleAction> retain(Fields fields) {
        Optional<YamlNode> inner = fields.node("retain");
        Optional<Fields> given = inner.flatMap(
                n -> Fields.of(n, "\"retain\"", Set.of("until", "release"), problems));
        if (given.isEmpty()) {
            return Optional.empty();
        }
        given.get().required("until", "\"retain\"");
        Optional<Moment> until = moment(given.get(), "until");
        boolean released = given.get()
                .name("release", "way of release", Set.of("operator", "automatic"))
                .map("operator"::equals)
                .orElse(true);
        return until.map(u -> new RuleAction.Retain(u, released));
    }

    private Optional<RuleAction> hold(Fields fields) {
        Optional<String> name = fields.text("hold");
        if (name.isPresent() && !CASE.matcher(name.get()).matches()) {
            problems.add(
                    fields.valueAt("hold"),
                    "a case has 1 to 63 letters, digits, dots, _ and -, not "
                            + Printable.of(name.get()));
            return Optional.empty();
        }
        return name.map(RuleAction.Hold::new);
    }

    private int bounded(Fields fields, String key, int most, int otherwise) {
        OptionalLong count = fields.count(key);
        if (count.isPresent() && count.getAsLong() > most) {
            problems.add(fields.valueAt(key), "\"" + key + "\" is at most " + most + " here");
        }
        return (int) Math.min(Math.max(1, most), count.orElse(otherwise));
    }

    private List<String> sites(Fields fields) {
        boolean all = fields.text("replicate", ALL_SITES);
        return all ? List.copyOf(names.sites()) : fields.names("replicate", "site", names.sites());
    }

    private List<String> peers(Fields fields) {
        return names.peers()
                .map(known -> fields.names("route", "destination", known))
                .orElseGet(() -> fields.words("route", "destination", KnownNames::isPeer));
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
