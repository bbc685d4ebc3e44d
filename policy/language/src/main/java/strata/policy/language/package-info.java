/**
 * The language of policies: reading a file of rules, checking it, and evaluating conditions. Pure:
 * no clock, no disk, no catalog; the same facts give the same outcome.
 *
 * <p>Reading order: {@link strata.policy.language.PolicyFile},
 * {@link strata.policy.language.Policy}, {@link strata.policy.language.Rule},
 * {@link strata.policy.language.RuleAction}, {@link strata.policy.language.Condition},
 * {@link strata.policy.language.Facts} and what it holds. Inside: {@code YamlReader -> RuleReader
 * -> ConditionReader, ActionReader, ScheduleReader}.
 *
 * <h2>The file</h2>
 *
 * One YAML 1.2 document in UTF-8 of maps, lists and single values.
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><th>key</th><th>value</th></tr>
 * <tr><td>version</td><td>1</td></tr>
 * <tr><td>zone</td><td>time zone of windows, as Europe/Berlin; else that of the system</td></tr>
 * <tr><td>rules</td><td>list of rules; all that match a study apply</td></tr>
 * <tr><td>rules.name</td><td>unique; letters, digits, dots, _ and -</td></tr>
 * <tr><td>rules.when</td><td>condition</td></tr>
 * <tr><td>rules.do</td><td>an action or a list of actions</td></tr>
 * <tr><td>rules.window</td><td>{days: [mon, ...], from: "22:00", to: "06:00", zone}</td></tr>
 * <tr><td>rules.rate</td><td>{studies: 100, bytes: 200 GiB, per: minute|hour|day|week}</td></tr>
 * <tr><td>rules.destructive</td><td>true: may remove copies of every study</td></tr>
 * </table>
 *
 * The actions, facts and functions are the registers {@code ActionWord}, {@code FactRegister} and
 * {@code Vocabulary}, from which {@link strata.policy.language.RulesReference} makes
 * {@code ops/docs/RULES.md}.
 *
 * <p>{@code order} is one of oldest-access-first (default), oldest-first, largest-first,
 * least-used-first. {@code requires: {copies, tiers, sites}} counts verified copies elsewhere;
 * default {tiers: 1}; never none. {@code margin}: how far below the mark of the condition the fill
 * is brought, default 5%.
 *
 * <h2>Conditions</h2>
 *
 * The Common Expression Language with the facts and functions of the registers. A condition has a
 * third outcome, unknown, where a fact that decides is absent; a rule acts on true only.
 *
 * <h2>Refused when read</h2>
 *
 * Tags, anchors, aliases, directives, duplicate keys, more than one document, unknown keys, facts,
 * functions, tiers, sites, profiles and words, wrong types, constants that cannot be computed,
 * patterns with nested repeats, and rules that would remove the copies of every study without
 * saying {@code destructive: true}. Sizes, counts and depths are bounded by the constants of
 * {@link strata.policy.language.PolicyFile}. Every problem names its line and column.
 */
package strata.policy.language;
