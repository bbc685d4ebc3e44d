package strata.policy.lifecycle;

import strata.base.Printable;
import strata.base.Uid;

import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * That a case stops deletion of a study, or no longer does.
 *
 * @param caseName what the stop is for; of two words on the same case and study the later counts
 * @param placed false when it was lifted
 * @param at by the store's reckoning of time, to the millisecond
 * @param actor who said so
 * @param text why; no patient data
 */
public record Hold(
        String caseName, Uid study, boolean placed, Instant at, String actor, String text) {
    public static final int MAX_TEXT = 200;
    static final int MAX_ACTOR = 64;

    private static final Pattern CASE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public Hold {
        Objects.requireNonNull(study);
        if (!CASE.matcher(caseName).matches()) {
            throw new IllegalArgumentException(
                    "a case has 1 to 63 letters, digits, dots, _ and -, not "
                            + Printable.of(caseName));
        }
        at = Instant.ofEpochMilli(at.toEpochMilli());
        actor = Printable.line(actor, MAX_ACTOR);
        text = Printable.line(text, MAX_TEXT);
    }
}
