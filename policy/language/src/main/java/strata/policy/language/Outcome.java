package strata.policy.language;

/** What became of a condition. A rule acts on {@link #TRUE} only. */
public enum Outcome {
    TRUE,
    FALSE,
    /** A fact that decides is not known, or the expression could not be computed. */
    UNKNOWN
}
