package strata.network;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.network.dimse.Priority;

import java.util.Optional;

/**
 * A C-GET or C-MOVE request, PS3.7 9.1.3.1 and 9.1.4.1.
 *
 * @param messageId goes into the sub-operations of a C-MOVE, see
 *     {@link StoreRequest.MoveOriginator}
 * @param moveDestination present with MOVE
 */
public record RetrieveRequest(
        Kind kind,
        Uid sopClass,
        Uid transferSyntax,
        DataSet identifier,
        Priority priority,
        int messageId,
        Optional<AeTitle> moveDestination) {
    /** Over this association, or by another one to a third party. */
    public enum Kind {
        GET,
        MOVE
    }
}
