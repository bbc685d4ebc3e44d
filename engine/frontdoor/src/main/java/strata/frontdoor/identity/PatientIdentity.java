package strata.frontdoor.identity;

/** Under which patient instances go out that were received under one who was merged since. */
public enum PatientIdentity {
    /** The bytes as they were received. */
    RECEIVED,
    /** The patient that queries answer with, the original in Original Attributes Sequence. */
    CURRENT
}
