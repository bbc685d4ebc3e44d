package strata.hl7;

/** What an acknowledgment says of a message: HL7 table 0008, original mode. */
public enum AckCode {
    /** Done, and durable. */
    AA,
    /** The content cannot be right; sending it again will not help. */
    AE,
    /** Not for this receiver, or not now. */
    AR
}
