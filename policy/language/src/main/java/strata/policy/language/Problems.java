package strata.policy.language;

import strata.policy.language.PolicyException.Problem;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers what is wrong with one file, so that an operator sees all of it at once. */
final class Problems {
    /** A hostile file must not make a message without end. */
    private static final int MAX_PROBLEMS = 50;

    private final String file;
    private final List<Problem> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(Position at, String message) {
        if (found.size() < MAX_PROBLEMS) {
            found.add(new Problem(at, message));
        }
    }

    int count() {
        return found.size();
    }

    /** Ends the reading of a file that cannot be read further. */
    PolicyException stop(Position at, String message) {
        add(at, message);
        return failure();
    }

    void check() throws PolicyException {
        if (!found.isEmpty()) {
            throw failure();
        }
    }

    private PolicyException failure() {
        List<Problem> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing(Problem::at));
        return new PolicyException(file, sorted);
    }
}
