package strata.store;

import strata.base.AeTitle;
import strata.base.Uid;

import java.util.Optional;

/**
 * What the door knows of an object before its data set comes.
 *
 * @param sopClass Affected SOP Class UID of the command, or of the file meta group
 * @param sopInstance Affected SOP Instance UID, likewise
 * @param transferSyntax the syntax in which the data set bytes will come
 * @param source the AE title that sent it
 */
public record IngestRequest(
        Uid sopClass, Uid sopInstance, Uid transferSyntax, Optional<AeTitle> source) {}
