package strata.policy.language;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Which regular expressions a condition may use. The engine takes time in proportion to the text
 * for any of them; nested repeats are refused all the same, since they multiply the size of the
 * compiled pattern and are what other engines, to which a rule may be copied, cannot bear.
 */
final class SafePattern {
    private static final int MAX_LENGTH = 200;
    private static final int MAX_COUNT = 100;

    private SafePattern() {}

    /** What is wrong with the pattern, if anything. */
    static Optional<String> fault(String pattern) {
        if (pattern.length() > MAX_LENGTH) {
            return Optional.of("a pattern has at most " + MAX_LENGTH + " characters");
        }
        try {
            Pattern compiled = Pattern.compile(pattern);
            if (compiled.programSize() > PolicyFile.MAX_PATTERN_PROGRAM) {
                return Optional.of("the pattern is too large");
            }
        } catch (PatternSyntaxException e) {
            return Optional.of("not a pattern: " + e.getDescription());
        }
        return repeats(pattern);
    }

    private static Optional<String> repeats(String pattern) {
        Deque<Boolean> outer = new ArrayDeque<>();
        boolean repeated = false;
        boolean lastRepeated = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '\\' -> {
                    i++;
                    lastRepeated = false;
                }
                case '[' -> {
                    i = endOfClass(pattern, i);
                    lastRepeated = false;
                }
                case '(' -> {
                    outer.push(repeated);
                    repeated = false;
                    lastRepeated = false;
                    i += pattern.startsWith("?", i + 1) ? 1 : 0;
                }
                case ')' -> {
                    lastRepeated = repeated;
                    repeated |= !outer.isEmpty() && outer.pop();
                }
                case '*', '+', '{' -> {
                    if (lastRepeated) {
                        return Optional.of("a repeat inside a repeat, at character " + (i + 1));
                    }
                    if (c == '{' && count(pattern, i) > MAX_COUNT) {
                        return Optional.of("a repeat of more than " + MAX_COUNT);
                    }
                    repeated = true;
                    lastRepeated = false;
                }
                default -> lastRepeated = false;
            }
        }
        return Optional.empty();
    }

    private static int endOfClass(String pattern, int open) {
        int i = open + 1;
        i += pattern.startsWith("^", i) ? 1 : 0;
        i += pattern.startsWith("]", i) ? 1 : 0;
        while (i < pattern.length() && pattern.charAt(i) != ']') {
            i += pattern.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    private static int count(String pattern, int brace) {
        int largest = 0;
        int number = 0;
        for (int i = brace + 1; i < pattern.length() && pattern.charAt(i) != '}'; i++) {
            int digit = Character.digit(pattern.charAt(i), 10);
            number = digit < 0 ? 0 : Math.min(10_000, number * 10 + digit);
            largest = Math.max(largest, number);
        }
        return largest;
    }
}
