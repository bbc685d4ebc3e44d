package strata.network.pdu;

import strata.base.Uid;

import java.util.List;

/**
 * A presentation context as proposed, PS3.8 9.3.2.2.
 *
 * @param id odd, 1 to 255
 * @param transferSyntaxes in the requestor's order, at least one
 */
public record ProposedContext(int id, Uid abstractSyntax, List<Uid> transferSyntaxes) {
    public ProposedContext {
        transferSyntaxes = List.copyOf(transferSyntaxes);
        if (id < 1 || id > 255 || id % 2 == 0) {
            throw new IllegalArgumentException("presentation context id " + id);
        }
        if (transferSyntaxes.isEmpty()) {
            throw new IllegalArgumentException("context without a transfer syntax");
        }
    }
}
