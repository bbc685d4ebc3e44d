package strata.replication;

import strata.base.ObjectId;
import strata.base.Uid;

/**
 * One thing on which two sites do not agree.
 *
 * @param object its id where it is, or here when it is at both
 */
public record Difference(Kind kind, Uid study, Uid instance, ObjectId object) {
    /** In what way. */
    public enum Kind {
        /** The other site has it, this one does not. */
        MISSING_HERE,
        /** This site has it, the other one does not. */
        MISSING_THERE,
        /** Deleted, restored or chosen at one and not at the other. */
        DECIDED_OTHERWISE,
        /** Its bytes are not readable or not right at this site. */
        DAMAGED_HERE,
        /** Its bytes are not readable or not right at the other site. */
        DAMAGED_THERE
    }
}
