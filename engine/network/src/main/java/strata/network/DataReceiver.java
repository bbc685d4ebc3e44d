package strata.network;

import io.netty.buffer.ByteBuf;

import strata.network.pdu.PduException;

/** Takes the data set of one message, on the association's worker. */
interface DataReceiver {
    /** Takes a fragment; the caller releases it. */
    void data(ByteBuf fragment) throws PduException;

    /** The data set is whole. */
    void end() throws PduException;

    /** The association ends before the data set does. */
    void abandon();

    /** Throws the data set away, then does something. */
    static DataReceiver discard(Runnable then) {
        return new DataReceiver() {
            @Override
            public void data(ByteBuf fragment) {
                // Nothing waits for it.
            }

            @Override
            public void end() {
                then.run();
            }

            @Override
            public void abandon() {
                // Nothing was begun.
            }
        };
    }
}
