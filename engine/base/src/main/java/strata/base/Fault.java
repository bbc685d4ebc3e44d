package strata.base;

/** Who has to act on an error. */
public enum Fault {
    /** What the other side sent breaks a rule or a limit. */
    PEER,
    /** A medium gave wrong bytes, failed, or is full. */
    DISK,
    /** Configuration, rights, or a command that cannot be done as asked. */
    OPERATOR,
    /** Our own defect. */
    STRATA
}
