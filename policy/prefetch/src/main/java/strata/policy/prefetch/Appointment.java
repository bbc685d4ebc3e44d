package strata.policy.prefetch;

import strata.base.LineLog;
import strata.catalog.PatientId;
import strata.policy.language.OrderFacts;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An examination that a patient is expected for. Patient data: not for logs.
 *
 * @param key names it among all, as {@code order/4711} or {@code worklist/RIS/S1}
 * @param modality as CT; empty when nobody said it
 * @param bodyParts as in Body Part Examined; empty when nobody said it
 * @param at when; empty: no time is set, so it may be soon
 * @param knownAt when we heard of it, to the millisecond
 */
public record Appointment(
        String key,
        PatientId patient,
        Optional<String> modality,
        List<String> bodyParts,
        Optional<Instant> at,
        Instant knownAt) {
    private static final int MAX_KEY = 200;
    private static final int FIELDS = 8;

    /** @throws IllegalArgumentException for a key that is none */
    public Appointment {
        key = checkedKey(key);
        Objects.requireNonNull(patient);
        Objects.requireNonNull(modality);
        bodyParts = List.copyOf(bodyParts);
        at = at.map(each -> Instant.ofEpochMilli(each.toEpochMilli()));
        knownAt = Instant.ofEpochMilli(knownAt.toEpochMilli());
    }

    /** @throws IllegalArgumentException when it is empty or too long */
    static String checkedKey(String key) {
        if (key.isBlank() || key.length() > MAX_KEY) {
            throw new IllegalArgumentException(
                    "the name of an order or appointment has 1 to " + MAX_KEY + " characters");
        }
        return key;
    }

    /** The time until which priors should be there. */
    public Instant due() {
        return at.orElse(knownAt);
    }

    /** What rules can know of it. */
    OrderFacts facts() {
        return new OrderFacts(modality, bodyParts, at);
    }

    /** Whether both say the same, whenever they were heard. */
    boolean saysTheSameAs(Appointment other) {
        return key.equals(other.key)
                && patient.equals(other.patient)
                && modality.equals(other.modality)
                && bodyParts.equals(other.bodyParts)
                && at.equals(other.at);
    }

    String line() {
        return LineLog.join(
                "expected",
                key,
                patient.id(),
                patient.issuer(),
                modality.orElse(""),
                String.join("\\", bodyParts),
                at.map(each -> Long.toString(each.toEpochMilli())).orElse(""),
                Long.toString(knownAt.toEpochMilli()));
    }

    /** @throws IllegalArgumentException for what {@link #line} never makes */
    static Appointment of(List<String> fields) {
        if (fields.size() != FIELDS) {
            throw new IllegalArgumentException("no appointment");
        }
        return new Appointment(
                fields.get(1),
                new PatientId(fields.get(2), fields.get(3)),
                said(fields.get(4)),
                fields.get(5).isEmpty() ? List.of() : List.of(fields.get(5).split("\\\\")),
                said(fields.get(6)).map(Appointment::time),
                time(fields.get(7)));
    }

    private static Optional<String> said(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static Instant time(String millis) {
        return Instant.ofEpochMilli(Long.parseLong(millis));
    }

    /** Nothing that identifies. */
    @Override
    public String toString() {
        return "an examination at " + due();
    }
}
