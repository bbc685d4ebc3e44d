package strata.policy.language;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelUnparserFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;

import strata.base.Printable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns the text of a condition into a checked {@link Condition}. */
final class ConditionReader {
    private final Vocabulary vocabulary;
    private final Problems problems;
    private final YamlNode.Scalar scalar;

    private ConditionReader(Vocabulary vocabulary, Problems problems, YamlNode.Scalar scalar) {
        this.vocabulary = vocabulary;
        this.problems = problems;
        this.scalar = scalar;
    }

    /** Returns nothing when problems were found; they are with {@code problems}. */
    static Optional<Condition> read(
            Vocabulary vocabulary, Problems problems, YamlNode.Scalar scalar) {
        ConditionReader reader = new ConditionReader(vocabulary, problems, scalar);
        return reader.read(SimpleType.BOOL, "a condition is true or false", reader::condition);
    }

    /** As {@link #read} of an expression for a time. */
    static Optional<Moment> readMoment(
            Vocabulary vocabulary, Problems problems, YamlNode.Scalar scalar) {
        ConditionReader reader = new ConditionReader(vocabulary, problems, scalar);
        return reader.read(
                SimpleType.TIMESTAMP,
                "a time is wanted, as study.receivedLast.plusYears(10)",
                reader::moment);
    }

    private interface Maker<T> {
        T of(CelAbstractSyntaxTree ast) throws CelEvaluationException;
    }

    private Condition condition(CelAbstractSyntaxTree ast) throws CelEvaluationException {
        return new Condition(
                scalar.value().strip(),
                program(ast, ast.getExpr()),
                part(ast, ast.getExpr()),
                Expressions.facts(ast.getExpr()));
    }

    private Moment moment(CelAbstractSyntaxTree ast) throws CelEvaluationException {
        return new Moment(
                scalar.value().strip(),
                program(ast, ast.getExpr()),
                Expressions.facts(ast.getExpr()));
    }

    private <T> Optional<T> read(CelType type, String expected, Maker<T> maker) {
        String text = scalar.value();
        if (text.isBlank()) {
            problems.add(
                    scalar.at(), "the condition is empty; write \"true\" to match every study");
            return Optional.empty();
        }
        if (text.length() > PolicyFile.MAX_CONDITION_LENGTH) {
            problems.add(
                    scalar.at(),
                    "a condition has at most "
                            + PolicyFile.MAX_CONDITION_LENGTH
                            + " characters, this has "
                            + text.length());
            return Optional.empty();
        }
        CelValidationResult parsed = vocabulary.cel().parse(text);
        if (parsed.hasError()) {
            report(parsed);
            return Optional.empty();
        }
        try {
            Optional<CelAbstractSyntaxTree> ast = checked(parsed.getAst(), type, expected);
            return ast.isEmpty() ? Optional.empty() : Optional.of(maker.of(ast.get()));
        } catch (CelValidationException e) {
            problems.add(scalar.at(), "not an expression: " + Printable.of(e.getMessage()));
        } catch (CelEvaluationException e) {
            problems.add(scalar.at(), "cannot be computed: " + cause(e));
        }
        return Optional.empty();
    }

    private Optional<CelAbstractSyntaxTree> checked(
            CelAbstractSyntaxTree parsed, CelType type, String expected)
            throws CelValidationException {
        int before = problems.count();
        Map<Long, Integer> offsets = parsed.getSource().getPositionsMap();
        new NameCheck(vocabulary, offsets, this::report).check(parsed.getExpr());
        if (problems.count() > before) {
            return Optional.empty();
        }
        CelValidationResult checked = vocabulary.cel().check(parsed);
        if (checked.hasError()) {
            report(checked);
            return Optional.empty();
        }
        CelAbstractSyntaxTree ast = checked.getAst();
        if (!ast.getResultType().equals(type)) {
            problems.add(
                    scalar.at(),
                    expected + ", this is of type "
                            + plainTypes(ast.getResultType().name()));
            return Optional.empty();
        }
        for (CelExpr constant : Expressions.constantCalls(ast.getExpr())) {
            tryConstant(ast, constant);
        }
        return problems.count() > before ? Optional.empty() : Optional.of(ast);
    }

    private void tryConstant(CelAbstractSyntaxTree ast, CelExpr constant) {
        try {
            program(ast, constant).eval();
        } catch (CelEvaluationException e) {
            int offset = ast.getSource().getPositionsMap().getOrDefault(constant.id(), 0);
            String text = text(ast, constant);
            String hint = text.startsWith("duration(")
                    ? "; write days(30), hours(12) or duration(\"720h\")"
                    : "";
            report(
                    offset,
                    Printable.of(text.replace('"', '\'')) + " cannot be computed: " + cause(e)
                            + hint);
        }
    }

    private Condition.Part part(CelAbstractSyntaxTree ast, CelExpr expr)
            throws CelEvaluationException {
        if (Expressions.isCall(expr, "_&&_") || Expressions.isCall(expr, "_||_")) {
            List<Condition.Part> parts = new ArrayList<>();
            for (CelExpr operand : Expressions.operands(expr, expr.call().function())) {
                parts.add(part(ast, operand));
            }
            return Expressions.isCall(expr, "_&&_")
                    ? new Condition.All(parts)
                    : new Condition.Any(parts);
        }
        return new Condition.Leaf(
                text(ast, expr),
                program(ast, expr),
                Expressions.facts(expr),
                growth(ast, expr),
                mark(ast, expr));
    }

    private Optional<Condition.Growth> growth(CelAbstractSyntaxTree ast, CelExpr expr)
            throws CelEvaluationException {
        boolean negated = Expressions.isCall(expr, "!_");
        Optional<Expressions.Comparison> comparison =
                Expressions.comparison(negated ? expr.call().args().get(0) : expr);
        if (comparison.isEmpty()) {
            return Optional.empty();
        }
        CelExpr larger = comparison.get().larger();
        CelExpr smaller = comparison.get().smaller();
        boolean largerMoves = pace(larger) != 0;
        CelExpr moving = largerMoves ? larger : smaller;
        CelExpr bound = largerMoves ? smaller : larger;
        if (pace(moving) == 0 || !isSteady(bound)) {
            return Optional.empty();
        }
        boolean grows = pace(moving) > 0;
        return Optional.of(new Condition.Growth(
                program(ast, moving),
                program(ast, bound),
                grows,
                grows == largerMoves != negated,
                comparison.get().strict() != negated));
    }

    /** 1 for what grows as fast as time goes by, -1 for what shrinks so, else 0. */
    private static int pace(CelExpr expr) {
        if (isGrowing(expr)) {
            return 1;
        }
        boolean minus = Expressions.isCall(expr, "_-_");
        if (!minus && !Expressions.isCall(expr, "_+_")) {
            return 0;
        }
        CelExpr left = expr.call().args().get(0);
        CelExpr right = expr.call().args().get(1);
        if (isSteady(right)) {
            return pace(left);
        }
        return !isSteady(left) ? 0 : minus ? -pace(right) : pace(right);
    }

    private static boolean isGrowing(CelExpr expr) {
        String fact = Expressions.path(expr).orElse("");
        return Vocabulary.GROWING.contains(fact) || fact.equals(Vocabulary.NOW);
    }

    /** Changes neither with time nor with tiers. */
    private static boolean isSteady(CelExpr expr) {
        return Expressions.facts(expr).stream()
                .noneMatch(fact -> Vocabulary.GROWING.contains(fact)
                        || fact.equals(Vocabulary.NOW)
                        || fact.startsWith(Vocabulary.TIER + "."));
    }

    private Optional<Condition.Mark> mark(CelAbstractSyntaxTree ast, CelExpr expr)
            throws CelEvaluationException {
        Optional<Expressions.Comparison> comparison = Expressions.comparison(expr);
        if (comparison.isEmpty()) {
            return Optional.empty();
        }
        String[] fact = Expressions.path(comparison.get().larger()).orElse("").split("\\.");
        Set<String> bounds = Expressions.facts(comparison.get().smaller());
        boolean ofTiers = bounds.stream().allMatch(f -> f.startsWith(Vocabulary.TIER + "."));
        if (!ofTiers
                || fact.length != 3
                || !fact[0].equals(Vocabulary.TIER)
                || !fact[2].equals("fill")) {
            return Optional.empty();
        }
        return Optional.of(
                new Condition.Mark(fact[1], program(ast, comparison.get().smaller())));
    }

    private CelRuntime.Program program(CelAbstractSyntaxTree ast, CelExpr expr)
            throws CelEvaluationException {
        CelAbstractSyntaxTree part = CelAbstractSyntaxTree.newCheckedAst(
                expr, ast.getSource(), ast.getReferenceMap(), ast.getTypeMap());
        return vocabulary.cel().createProgram(part);
    }

    private static String text(CelAbstractSyntaxTree ast, CelExpr expr) {
        return CelUnparserFactory.newUnparser()
                .unparse(CelAbstractSyntaxTree.newParsedAst(expr, ast.getSource()));
    }

    private void report(CelValidationResult result) {
        CelIssue issue = result.getErrors().get(0);
        int line = Math.max(1, issue.getSourceLocation().getLine());
        int offset = Math.max(0, issue.getSourceLocation().getColumn());
        int[] text = scalar.value().codePoints().toArray();
        int start = 0;
        for (int i = 0; i < text.length && line > 1; i++) {
            if (text[i] == '\n') {
                start = i + 1;
                line--;
            }
        }
        report(start + offset, plain(issue.getMessage()));
    }

    private void report(int offset, String message) {
        problems.add(scalar.text().position(scalar.value(), offset), message);
    }

    private static String plain(String message) {
        String overload = "found no matching overload for '";
        if (message.startsWith(overload)) {
            String[] parts = message.substring(overload.length()).split("'");
            String function = parts[0].replace("_", "").replace("@", "");
            String types = parts.length > 2 ? parts[2] : "()";
            return "\"" + function + "\" does not fit the types " + plainTypes(types);
        }
        int expecting = message.indexOf(" expecting ");
        String fault = expecting > 0 ? message.substring(0, expecting) : message;
        String hint = fault.contains("recognition error at: '=") ? "; compare with ==" : "";
        return "not an expression: "
                + plainTypes(fault.replace("mismatched input '<EOF>'", "it ends too early"))
                + hint;
    }

    private static String plainTypes(String types) {
        return types.replace("google.protobuf.", "")
                .replace("Timestamp", "timestamp")
                .replace("Duration", "duration")
                .replace("strata.", "");
    }

    private static String cause(CelEvaluationException e) {
        String message = String.valueOf(e.getMessage());
        int colon = message.indexOf(": ");
        return message.startsWith("evaluation error") && colon > 0
                ? message.substring(colon + 2)
                : message;
    }
}
