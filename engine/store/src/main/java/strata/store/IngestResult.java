package strata.store;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.catalog.InstanceKey;

/**
 * What became of an object that was taken in.
 *
 * @param id the version that now holds these bytes, the earlier one for a duplicate
 * @param digest SHA-256 of the Part 10 file
 */
public record IngestResult(Outcome outcome, ObjectId id, InstanceKey key, Digest digest) {
    /** How the object relates to what was there. */
    public enum Outcome {
        /** New, durable and current. */
        STORED,
        /** The same bytes were durable already; nothing was written. */
        DUPLICATE,
        /**
         * Other bytes under a known SOP Instance UID: durable, kept aside, listed as a conflict.
         */
        CONFLICT
    }
}
