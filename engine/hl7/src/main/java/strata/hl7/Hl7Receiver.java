package strata.hl7;

import java.io.IOException;

/** Acts on what messages ask for. Called by several threads. */
@FunctionalInterface
public interface Hl7Receiver {
    /**
     * On return the effect is durable; the same event again changes nothing.
     *
     * @param sender who sent it, for audit: its address
     * @throws Hl7Exception when the content cannot be right
     * @throws IOException when it cannot be done now; the sender is told to try again
     */
    void take(Hl7Event event, String sender) throws IOException;
}
