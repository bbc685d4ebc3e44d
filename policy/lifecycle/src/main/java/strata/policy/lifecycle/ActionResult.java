package strata.policy.lifecycle;

/** What became of an action that did not fail. */
public enum ActionResult {
    /** It is so now, durable and verified. */
    DONE,
    /** It was so before. */
    ALREADY,
    /** It was taken up by this call, and is then as {@link #PENDING}. */
    QUEUED,
    /** It is under way and will be done without being asked again; asking again does no harm. */
    PENDING,
    /** It must not be done as things are now; nothing was changed. */
    REFUSED
}
