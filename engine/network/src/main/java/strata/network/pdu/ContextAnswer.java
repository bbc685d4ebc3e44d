package strata.network.pdu;

import strata.base.Uid;

import java.util.Optional;

/**
 * The answer to one proposed context, PS3.8 9.3.3.2.
 *
 * @param transferSyntax present when accepted
 */
public record ContextAnswer(int id, Result result, Optional<Uid> transferSyntax) {
    /** Result/Reason of PS3.8 table 9-18; the code is the ordinal. */
    public enum Result {
        ACCEPTANCE,
        USER_REJECTION,
        NO_REASON,
        ABSTRACT_SYNTAX_NOT_SUPPORTED,
        TRANSFER_SYNTAXES_NOT_SUPPORTED
    }

    public static ContextAnswer accept(int id, Uid transferSyntax) {
        return new ContextAnswer(id, Result.ACCEPTANCE, Optional.of(transferSyntax));
    }

    public static ContextAnswer refuse(int id, Result result) {
        return new ContextAnswer(id, result, Optional.empty());
    }

    public boolean accepted() {
        return result == Result.ACCEPTANCE;
    }
}
