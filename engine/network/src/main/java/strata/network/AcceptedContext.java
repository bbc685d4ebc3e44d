package strata.network;

import strata.base.Uid;

/**
 * A presentation context in use.
 *
 * @param requestorIsScu whether the association requestor may invoke operations on it
 * @param requestorIsScp whether the association acceptor may, as in C-GET
 */
public record AcceptedContext(
        int id,
        Uid abstractSyntax,
        Uid transferSyntax,
        boolean requestorIsScu,
        boolean requestorIsScp) {}
