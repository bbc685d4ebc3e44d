package strata.store;

/**
 * What is done with other bytes under a SOP Instance UID that is in use. All three keep both
 * versions, list the conflict and count it; they differ in what the sender hears and in which
 * version is shown until somebody decides.
 */
public enum ConflictPolicy {
    /** The sender hears a failure; the first version is shown. */
    REFUSE,
    /** The sender hears a warning; the first version is shown. */
    KEEP_ASIDE,
    /** The sender hears success; the new version is shown. */
    NEW_VERSION
}
