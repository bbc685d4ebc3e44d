package strata.policy.lifecycle.patients;

import strata.base.LineLog;
import strata.catalog.PatientId;
import strata.catalog.Person;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The latest word on a patient: merged into another, or no longer. Of two words on one patient the
 * later counts, at every site; at a tie the one that is active, else the one that sorts later.
 * Patient data: not for logs.
 *
 * @param merged whose studies count as of the other
 * @param into who survives, as the word said
 * @param active false when the merge was taken back
 * @param at by the store's reckoning of time, to the millisecond
 * @param actor who said so: a sender's address, or an account; no patient data
 */
public record PatientMerge(
        PatientId merged, Person into, boolean active, Instant at, String actor) {
    private static final int FIELDS = 10;
    private static final int MAX_ACTOR = 64;

    /** @throws IllegalArgumentException when a patient would be merged into itself */
    public PatientMerge {
        Objects.requireNonNull(merged);
        Objects.requireNonNull(into);
        if (merged.fits(into.id())) {
            throw new IllegalArgumentException("a patient cannot be merged into itself");
        }
        at = Instant.ofEpochMilli(at.toEpochMilli());
        String plain = actor.replaceAll("[^\\x20-\\x7e]", "?");
        actor = plain.substring(0, Math.min(plain.length(), MAX_ACTOR));
    }

    /** Whether this word counts against the other on the same patient. */
    boolean isLaterThan(PatientMerge other) {
        if (!at.equals(other.at)) {
            return at.isAfter(other.at);
        }
        if (active != other.active) {
            return active;
        }
        return line().compareTo(other.line()) > 0;
    }

    /** As one line of text; see {@link LineLog#join}. */
    public String line() {
        return LineLog.join(
                active ? "merged" : "unmerged",
                Long.toString(at.toEpochMilli()),
                actor,
                merged.id(),
                merged.issuer(),
                into.id().id(),
                into.id().issuer(),
                into.name(),
                into.birthDate(),
                into.sex());
    }

    /** @throws IllegalArgumentException for what {@link #line} never makes */
    public static PatientMerge of(String line) {
        List<String> fields = LineLog.split(line);
        if (fields.size() != FIELDS || !fields.get(0).matches("(un)?merged")) {
            throw new IllegalArgumentException("no word on a patient");
        }
        return new PatientMerge(
                new PatientId(fields.get(3), fields.get(4)),
                new Person(
                        new PatientId(fields.get(5), fields.get(6)),
                        fields.get(7),
                        fields.get(8),
                        fields.get(9)),
                fields.get(0).equals("merged"),
                Instant.ofEpochMilli(Long.parseLong(fields.get(1))),
                fields.get(2));
    }

    /** Nothing that identifies. */
    @Override
    public String toString() {
        return (active ? "merged at " : "unmerged at ") + at;
    }
}
