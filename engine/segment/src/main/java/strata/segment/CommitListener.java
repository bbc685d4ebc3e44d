package strata.segment;

import strata.base.StorageException;

/**
 * Told how a commit ended. Called once, by a thread of the log: be quick, do not block or throw.
 */
public interface CommitListener {
    /** The record is durable. */
    void committed(RecordLocation location);

    /** The record was not acknowledged and will not be. */
    void failed(StorageException cause);
}
