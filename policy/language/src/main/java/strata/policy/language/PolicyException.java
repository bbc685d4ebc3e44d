package strata.policy.language;

import strata.base.Fault;
import strata.base.StrataException;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A policy file that cannot be used. The message has one line per problem, each starting with
 * {@code file:line:column:}.
 */
public final class PolicyException extends StrataException {
    /** One thing to change, and where. */
    public record Problem(Position at, String message) {}

    private final transient List<Problem> problems;

    PolicyException(String file, List<Problem> problems) {
        super(
                Fault.OPERATOR,
                problems.stream()
                        .map(p -> file + ":" + p.at() + ": " + p.message())
                        .collect(Collectors.joining("\n")),
                null);
        this.problems = List.copyOf(problems);
    }

    /** The problems in the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
