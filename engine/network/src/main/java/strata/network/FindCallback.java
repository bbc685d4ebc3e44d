package strata.network;

import strata.dicom.DataSet;

import java.io.IOException;

/** Takes the matches of a C-FIND; on a worker, which holds back the peer while it runs. */
@FunctionalInterface
public interface FindCallback {
    /**
     * Must not invoke operations on the same association.
     *
     * @throws IOException to end the query: it is cancelled and the exception thrown to the caller
     */
    void match(DataSet match) throws IOException;
}
