package strata.s3;

/** How firmly a bucket keeps what is locked until a time. */
public enum LockMode {
    /** Whoever has a special permission of the store may end it. */
    GOVERNANCE,
    /** Nobody ends it before its time, the owner of the account included. */
    COMPLIANCE
}
