package strata.catalog;

import strata.base.Printable;

/**
 * A patient identifier and the domain that gave it: Patient ID (0010,0020) and Issuer of Patient ID
 * (0010,0021), or the ID and the namespace of the assigning authority of an HL7 CX. Patient data:
 * not for logs.
 *
 * @param issuer empty where it is not known
 */
public record PatientId(String id, String issuer) implements Comparable<PatientId> {
    /** Longest part, in characters: what LO holds. */
    public static final int MAX_LENGTH = 64;

    /** @throws IllegalArgumentException without an id, or for what LO cannot hold */
    public PatientId {
        id = checked(id);
        issuer = checked(issuer);
        if (id.isEmpty()) {
            throw new IllegalArgumentException("a patient identifier is empty");
        }
    }

    private static String checked(String text) {
        String plain = text.strip();
        boolean odd = plain.chars().anyMatch(c -> c < 0x20 || c == 0x7f || c == '\\');
        if (odd || plain.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a patient identifier or its issuer has more than "
                    + MAX_LENGTH + " characters, or others than LO may have");
        }
        return plain;
    }

    /** Whether both can name one patient: an issuer that is not known may be any. */
    public boolean fits(PatientId other) {
        return id.equals(other.id) && fitsIssuer(other.issuer);
    }

    /** As {@link #fits} for an issuer alone. */
    boolean fitsIssuer(String other) {
        return issuer.isEmpty() || other.isEmpty() || issuer.equals(other);
    }

    @Override
    public int compareTo(PatientId other) {
        int byId = id.compareTo(other.id);
        return byId == 0 ? issuer.compareTo(other.issuer) : byId;
    }

    /** How it can be shown to an operator who asked for it; not for logs. */
    public String shown() {
        return issuer.isEmpty() ? Printable.of(id) : Printable.of(id + "^^^" + issuer);
    }

    /** Nothing that identifies. */
    @Override
    public String toString() {
        return "a patient";
    }
}
