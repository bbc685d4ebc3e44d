package strata.network;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.network.dimse.Priority;

import java.util.Optional;

/**
 * A C-FIND request, PS3.7 9.1.2.1.
 *
 * @param transferSyntax of the presentation context
 * @param extendedNegotiation the service class application information that was agreed
 */
public record FindRequest(
        Uid sopClass,
        Uid transferSyntax,
        DataSet identifier,
        Priority priority,
        Optional<byte[]> extendedNegotiation) {
    /** Whether relational queries were agreed, PS3.4 C.5.1.1. */
    public boolean relational() {
        return extendedNegotiation
                .filter(info -> info.length > 0 && info[0] == 1)
                .isPresent();
    }
}
