package strata.policy.language;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;

import strata.base.Printable;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Refuses what a condition cannot know, before its types are checked: unknown facts, functions,
 * tiers and sites, each with the name that may have been meant; patterns that are not plain; loops
 * in loops.
 */
final class NameCheck {
    private static final int MAX_LOOPS = 2;

    /** Gets a problem at an offset of the expression. */
    interface Reporter {
        void report(int offset, String message);
    }

    private final Vocabulary vocabulary;
    private final Map<Long, Integer> offsets;
    private final Reporter reporter;

    NameCheck(Vocabulary vocabulary, Map<Long, Integer> offsets, Reporter reporter) {
        this.vocabulary = vocabulary;
        this.offsets = offsets;
        this.reporter = reporter;
    }

    void check(CelExpr expr) {
        walk(expr, Set.of(), 0);
    }

    private void walk(CelExpr expr, Set<String> local, int loops) {
        switch (expr.getKind()) {
            case IDENT, SELECT -> name(expr, local, loops);
            case CALL -> call(expr, local, loops);
            case STRUCT -> reporter.report(offset(expr), "a condition builds no objects");
            case COMPREHENSION -> {
                if (loops == MAX_LOOPS) {
                    reporter.report(offset(expr), "loops nested deeper than " + MAX_LOOPS);
                    return;
                }
                Set<String> inner = new HashSet<>(local);
                inner.addAll(Expressions.loopVariables(expr.comprehension()));
                List<CelExpr> parts = Expressions.children(expr);
                walk(parts.get(0), local, loops);
                parts.subList(1, parts.size()).forEach(part -> walk(part, inner, loops + 1));
            }
            case CONSTANT, LIST, MAP, NOT_SET ->
                Expressions.children(expr).forEach(part -> walk(part, local, loops));
        }
    }

    private void name(CelExpr expr, Set<String> local, int loops) {
        Optional<String> path = Expressions.path(expr);
        if (path.isEmpty()) {
            Expressions.children(expr).forEach(part -> walk(part, local, loops));
            return;
        }
        String[] steps = path.get().split("\\.", -1);
        if (!local.contains(steps[0])) {
            fact(expr, steps);
        }
    }

    private void fact(CelExpr expr, String[] steps) {
        Optional<Set<String>> group = Vocabulary.group(steps[0]);
        String path = String.join(".", steps);
        if (steps[0].equals(Vocabulary.TIER)) {
            tierFact(expr, steps);
        } else if (steps[0].equals(Vocabulary.SERIES)) {
            if (steps.length > 1) {
                reporter.report(
                        fieldOffset(expr, steps, 1),
                        "\"series\" is a list: ask as series.exists(s, s.modality == 'CT')");
            }
        } else if (group.isPresent()) {
            if (steps.length == 1) {
                reporter.report(
                        offset(expr),
                        "\"" + path + "\" is a group of facts: name one of " + sorted(group.get()));
            } else if (!group.get().contains(steps[1])) {
                unknown("fact", path, fieldOffset(expr, steps, 1), vocabulary.facts());
            }
        } else if (!steps[0].equals(Vocabulary.NOW)) {
            unknown("fact", path, offset(root(expr)), vocabulary.facts());
        }
    }

    private void tierFact(CelExpr expr, String[] steps) {
        if (steps.length == 1) {
            reporter.report(
                    offset(expr),
                    "\"tier\" is a group: name a tier and its fact, as tier.hot.fill");
        } else if (!vocabulary.names().tiers().contains(steps[1])) {
            unknown(
                    "tier",
                    steps[1],
                    fieldOffset(expr, steps, 1),
                    vocabulary.names().tiers());
        } else if (steps.length == 2) {
            reporter.report(
                    fieldOffset(expr, steps, 1),
                    "a tier has these facts: " + sorted(Vocabulary.tierFacts()));
        } else if (!Vocabulary.tierFacts().contains(steps[2])) {
            unknown("fact", steps[2], fieldOffset(expr, steps, 2), Vocabulary.tierFacts());
        }
    }

    private void call(CelExpr expr, Set<String> local, int loops) {
        CelCall call = expr.call();
        if (Expressions.path(expr).isPresent()) {
            name(expr, local, loops);
            return;
        }
        String function = call.function();
        if (Character.isLetter(function.charAt(0)) && !Vocabulary.functions().contains(function)) {
            int open = offset(expr);
            unknown(
                    "function",
                    function,
                    Math.max(0, open - function.length()),
                    Vocabulary.functions());
        } else if (function.equals("matches")) {
            pattern(call);
        } else if (function.equals("@in")) {
            member(call.args().get(0), call.args().get(1));
        }
        Expressions.children(expr).forEach(part -> walk(part, local, loops));
    }

    private void pattern(CelCall call) {
        CelExpr argument = call.args().get(call.args().size() - 1);
        Optional<String> text = Expressions.text(argument);
        Optional<String> fault = text.isEmpty()
                ? Optional.of("a pattern is written out, not computed")
                : SafePattern.fault(text.get());
        fault.ifPresent(f -> reporter.report(offset(argument), f));
    }

    private void member(CelExpr item, CelExpr list) {
        Optional<String> text = Expressions.text(item);
        String path = Expressions.path(list).orElse("");
        if (text.isPresent() && path.equals("copies.tiers")) {
            known("tier", text.get(), item, vocabulary.names().tiers());
        } else if (text.isPresent() && path.equals("copies.sites")) {
            known("site", text.get(), item, vocabulary.names().sites());
        }
    }

    private void known(String kind, String name, CelExpr at, Set<String> names) {
        if (!names.contains(name)) {
            unknown(kind, name, offset(at), names);
        }
    }

    private void unknown(String kind, String name, int offset, Collection<String> known) {
        reporter.report(
                offset,
                "unknown " + kind + " " + Printable.of(name) + NearestName.hint(name, known));
    }

    /** The offset of a step of a dotted name; the tree places a selection at its dot. */
    private int fieldOffset(CelExpr expr, String[] steps, int step) {
        CelExpr at = expr;
        for (int i = steps.length - 1; i > step; i--) {
            at = Expressions.children(at).get(0);
        }
        return at.getKind() == CelExpr.ExprKind.Kind.SELECT
                ? offset(at) + 1
                : offset(at.call().args().get(1));
    }

    private static CelExpr root(CelExpr expr) {
        CelExpr at = expr;
        while (at.getKind() != CelExpr.ExprKind.Kind.IDENT) {
            at = Expressions.children(at).get(0);
        }
        return at;
    }

    private int offset(CelExpr expr) {
        return offsets.getOrDefault(expr.id(), 0);
    }

    private static String sorted(Set<String> names) {
        return String.join(", ", new TreeSet<>(names));
    }
}
