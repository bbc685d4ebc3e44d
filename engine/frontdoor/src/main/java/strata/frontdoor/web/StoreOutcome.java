package strata.frontdoor.web;

import strata.base.Uid;
import strata.catalog.InstanceKey;

import java.util.Optional;
import java.util.OptionalInt;

/** What became of one instance of a store request, PS3.18 I.2. */
sealed interface StoreOutcome {
    /** PS3.18 I.2.1: stored, but not as the sender may expect. */
    int COERCION_OF_ELEMENTS = 0xb000;

    int DUPLICATE_INSTANCE = 0x0111;
    int PROCESSING_FAILURE = 0x0110;
    int SOP_CLASS_NOT_SUPPORTED = 0x0122;
    int REFUSED_NOT_AUTHORIZED = 0x0124;
    int OUT_OF_RESOURCES = 0xa700;
    int DOES_NOT_MATCH = 0xa900;
    int CANNOT_UNDERSTAND = 0xc000;
    int TRANSFER_SYNTAX_NOT_SUPPORTED = 0xc122;

    /** Durable. */
    record Stored(Uid sopClass, InstanceKey key, OptionalInt warning) implements StoreOutcome {}

    /**
     * Not stored.
     *
     * @param of the instance, as far as it was told
     * @param reason Failure Reason (0008,1197)
     * @param message why, without patient data
     */
    record Failed(Optional<Named> of, int reason, String message) implements StoreOutcome {}

    /** The UIDs by which a response refers to an instance. */
    record Named(Uid sopClass, Uid sopInstance) {}

    static Failed failed(int reason, String message) {
        return new Failed(Optional.empty(), reason, message);
    }
}
