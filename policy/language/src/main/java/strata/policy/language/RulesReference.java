package strata.policy.language;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The reference of the language as a page of Markdown, made from what the reader knows. */
public final class RulesReference {
    private static final String HEAD = """
            # Rules reference

            Made from the registers of facts and actions; a test compares it. `strata policy check
            FILE` finds what is wrong in a file of rules, with line and column. The default rules
            are a commented example: `strata policy default`.

            A rule has `name`, `when` (a condition), `do` (an action, or a list of them), and may
            have `window` (`{ days: [sat, sun], from: "22:00", to: "06:00" }`, the only times at
            which it acts), `rate` (`{ studies: 100, bytes: 500 GiB, per: hour }`) and
            `destructive: true`, without which a rule that would remove copies of every study is
            refused. All rules that match a study apply. Whatever they say, the last verified copy
            never goes, and holds and retention win.

            """;

    private RulesReference() {}

    public static String markdown() {
        StringBuilder out = new StringBuilder(HEAD);
        out.append("## Facts\n\n| fact | type | what |\n|---|---|---|\n");
        out.append(
                "| `series` | list | the series of the study, each with the facts of s below |\n");
        for (List<FactRegister.Fact> group :
                List.of(FactRegister.FACTS, FactRegister.SERIES_FACTS, FactRegister.TIER_FACTS)) {
            for (FactRegister.Fact fact : group) {
                out.append(String.format(
                        "| `%s.%s` | %s | %s |%n",
                        fact.group(), fact.name(), fact.typeWord(), fact.meaning()));
            }
        }
        out.append("| `now` | time | the time of the cycle |\n\n")
                .append("A fact that is not known makes its comparison unknown, and a rule acts on")
                .append(" true only; `has(study.date)` asks. Of series ask as")
                .append(
                        " `series.exists(s, s.modality == \"CT\" && s.instances > 500)`; a study of")
                .append(" more than ")
                .append(SeriesFacts.MOST)
                .append(" series has no such facts.\n\n## Actions\n\n")
                .append("| action | what |\n|---|---|\n");
        for (ActionWord word : ActionWord.values()) {
            out.append(String.format("| `%s` | %s |%n", word.syntax(), word.meaning()));
        }
        out.append("\n`ORDER` is ")
                .append(java.util.Arrays.stream(ReleaseOrder.values())
                        .map(o -> "`" + o.word() + "`")
                        .collect(Collectors.joining(", ")))
                .append(". `requires: { copies, tiers, sites }` counts verified copies elsewhere,")
                .append(" at least one in all, by default one in another tier. `TIME` is an")
                .append(" expression such as `study.receivedLast.plusYears(10)` or, for minors,")
                .append(
                        " `latest(study.date.plusYears(10), study.patientBirthDate.plusYears(28))`;")
                .append(" where the calendar lacks the day the next one counts.\n\n")
                .append("## Functions\n\nSpans: `days(30)`, `hours(12)`, `minutes(5)`. Of the")
                .append(" Common Expression Language and our own: ")
                .append(sorted(Vocabulary.functions()))
                .append(".\n");
        return out.toString().replace("\r\n", "\n");
    }

    private static String sorted(Set<String> words) {
        return words.stream().sorted().map(w -> "`" + w + "`").collect(Collectors.joining(", "));
    }
}
