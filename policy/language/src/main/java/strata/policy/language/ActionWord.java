package strata.policy.language;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The verbs of actions: what stands beside each in a file, and what it does. */
enum ActionWord {
    PLACE(
            "{ place: TIER, profile: PROFILE }",
            "a verified copy in the tier, compressed with the profile: fast (the default) or dense;"
                    + " what is there already stays as it is",
            "profile"),
    REPLICATE("{ replicate: [SITE, ...] }", "a verified copy at each site; \"all\" names them all"),
    COPIES(
            "{ copies: N, in: [PLACE, ...] }",
            "N verified copies in all, made in these tiers and at these sites in their order",
            "in"),
    RELEASE(
            "{ release: TIER, order: ORDER, requires: {...}, margin: 5% }",
            "the tier's copy makes room: where the condition has a mark (tier.hot.fill > 0.8) only"
                    + " as many go, in the order, as bring the fill the margin below it",
            "order",
            "requires",
            "margin"),
    EXPIRE(
            "{ expire: TIER, requires: {...} }",
            "the tier's copy has had its time and goes",
            "requires"),
    KEEP(
            "{ keep: TIER, until: TIME }",
            "the tier's copy stays, until the time where there is one, whatever other rules say",
            "until"),
    RETAIN(
            "{ retain: { until: TIME, release: operator } }",
            "nothing of the study is purged before the time, nor while it cannot be told; with"
                    + " \"release: operator\" (the default) not after it either before an operator"
                    + " releases the deletion; \"automatic\" needs no second word"),
    HOLD("{ hold: CASE }", "while the condition holds no copy goes and nothing is purged"),
    ROUTE(
            "{ route: [AE, ...] }",
            "every instance of the study is sent to each of these destinations of the"
                    + " configuration, once, also those that come later; what a destination sent"
                    + " here itself does not go back to it"),
    PREFETCH(
            "{ prefetch: TIER, most: N }",
            "of the earlier studies of an expected patient that match, the latest N come back to"
                    + " the tier; such a rule does nothing else, and only it may read facts of"
                    + " the order; who is expected is told by HL7 messages and worklists",
            "most");

    private final String syntax;
    private final String meaning;
    private final Set<String> keys;

    ActionWord(String syntax, String meaning, String... keys) {
        this.syntax = syntax;
        this.meaning = meaning;
        this.keys = Set.of(keys);
    }

    /** The key in a policy file. */
    String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    String syntax() {
        return syntax;
    }

    String meaning() {
        return meaning;
    }

    /** Keys that may stand beside the verb. */
    Set<String> keys() {
        return keys;
    }

    static Map<String, ActionWord> byWord() {
        Map<String, ActionWord> words = new TreeMap<>();
        for (ActionWord each : values()) {
            words.put(each.word(), each);
        }
        return words;
    }
}
