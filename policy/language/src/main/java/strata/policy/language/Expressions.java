package strata.policy.language;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelMap;
import dev.cel.common.ast.CelExpr.CelStruct;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Questions about the syntax tree of a condition. */
final class Expressions {
    /** The operators of the language as its syntax tree names them, and as people write them. */
    private static final Set<String> STRICTLY_ABOVE = Set.of("_>_", "_<_");

    private Expressions() {}

    /** A comparison turned so that the larger side is asked for: {@code larger > smaller}. */
    record Comparison(CelExpr larger, CelExpr smaller, boolean strict) {}

    static Optional<Comparison> comparison(CelExpr expr) {
        if (expr.getKind() != CelExpr.ExprKind.Kind.CALL || expr.call().args().size() != 2) {
            return Optional.empty();
        }
        CelExpr left = expr.call().args().get(0);
        CelExpr right = expr.call().args().get(1);
        boolean strict = STRICTLY_ABOVE.contains(expr.call().function());
        return switch (expr.call().function()) {
            case "_>_", "_>=_" -> Optional.of(new Comparison(left, right, strict));
            case "_<_", "_<=_" -> Optional.of(new Comparison(right, left, strict));
            default -> Optional.empty();
        };
    }

    static boolean isCall(CelExpr expr, String function) {
        return expr.getKind() == CelExpr.ExprKind.Kind.CALL
                && expr.call().function().equals(function);
    }

    /** The operands of a chain of the same operator, in the order of the text. */
    static List<CelExpr> operands(CelExpr expr, String operator) {
        if (!isCall(expr, operator)) {
            return List.of(expr);
        }
        List<CelExpr> all = new ArrayList<>();
        expr.call().args().forEach(arg -> all.addAll(operands(arg, operator)));
        return all;
    }

    static Optional<String> text(CelExpr expr) {
        return expr.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? Optional.of(expr.constant().stringValue())
                : Optional.empty();
    }

    /** The dotted name of {@code a}, {@code a.b.c} or {@code a["b"].c}, when it is one. */
    static Optional<String> path(CelExpr expr) {
        return switch (expr.getKind()) {
            case IDENT -> Optional.of(expr.ident().name());
            case SELECT ->
                path(expr.select().operand()).map(p -> p + "." + expr.select().field());
            case CALL -> {
                if (!isCall(expr, "_[_]")) {
                    yield Optional.empty();
                }
                Optional<String> key = text(expr.call().args().get(1));
                yield key.flatMap(k -> path(expr.call().args().get(0)).map(p -> p + "." + k));
            }
            default -> Optional.empty();
        };
    }

    /** The facts that an expression reads, by full name and without loop variables. */
    static Set<String> facts(CelExpr expr) {
        Set<String> found = new TreeSet<>();
        collect(expr, new HashSet<>(), found);
        return found;
    }

    private static void collect(CelExpr expr, Set<String> local, Set<String> found) {
        Optional<String> path = path(expr);
        if (path.isPresent()) {
            String root = path.get().split("\\.", 2)[0];
            if (!local.contains(root)) {
                found.add(path.get());
            }
            return;
        }
        Set<String> inner = local;
        if (expr.getKind() == CelExpr.ExprKind.Kind.COMPREHENSION) {
            inner = new HashSet<>(local);
            inner.addAll(loopVariables(expr.comprehension()));
        }
        for (CelExpr child : children(expr)) {
            collect(child, inner, found);
        }
    }

    static Set<String> loopVariables(CelComprehension loop) {
        Set<String> names = new HashSet<>();
        names.add(loop.iterVar());
        names.add(loop.iterVar2());
        names.add(loop.accuVar());
        return names;
    }

    /** The direct parts of an expression. */
    static List<CelExpr> children(CelExpr expr) {
        return switch (expr.getKind()) {
            case SELECT -> List.of(expr.select().operand());
            case CALL -> {
                CelCall call = expr.call();
                List<CelExpr> all = new ArrayList<>();
                call.target().ifPresent(all::add);
                all.addAll(call.args());
                yield all;
            }
            case LIST -> List.copyOf(expr.list().elements());
            case STRUCT ->
                expr.struct().entries().stream().map(CelStruct.Entry::value).toList();
            case MAP -> {
                List<CelExpr> all = new ArrayList<>();
                for (CelMap.Entry entry : expr.map().entries()) {
                    all.add(entry.key());
                    all.add(entry.value());
                }
                yield all;
            }
            case COMPREHENSION -> {
                CelComprehension loop = expr.comprehension();
                yield List.of(
                        loop.iterRange(),
                        loop.accuInit(),
                        loop.loopCondition(),
                        loop.loopStep(),
                        loop.result());
            }
            case IDENT, CONSTANT, NOT_SET -> List.of();
        };
    }

    /** The largest parts without any fact or loop variable that have something to compute. */
    static List<CelExpr> constantCalls(CelExpr expr) {
        List<CelExpr> all = new ArrayList<>();
        if (expr.getKind() == CelExpr.ExprKind.Kind.CALL && isConstant(expr)) {
            all.add(expr);
        } else {
            children(expr).forEach(child -> all.addAll(constantCalls(child)));
        }
        all.sort(Comparator.comparingLong(CelExpr::id));
        return all;
    }

    static boolean isConstant(CelExpr expr) {
        return expr.getKind() != CelExpr.ExprKind.Kind.IDENT
                && children(expr).stream().allMatch(Expressions::isConstant);
    }
}
