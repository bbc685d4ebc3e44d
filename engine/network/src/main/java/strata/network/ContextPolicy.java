package strata.network;

import strata.base.Uid;
import strata.network.pdu.ContextAnswer;
import strata.network.pdu.ProposedContext;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Decides each presentation context of an association that is accepted; thread-safe. */
@FunctionalInterface
public interface ContextPolicy {
    ContextAnswer answer(ProposedContext context);

    /**
     * Takes the first proposed transfer syntax that is acceptable.
     *
     * @param syntaxes which transfer syntaxes go with an abstract syntax; empty when that one is
     *     not supported
     */
    static ContextPolicy firstAcceptable(Function<Uid, Optional<Predicate<Uid>>> syntaxes) {
        return context -> {
            Optional<Predicate<Uid>> acceptable = syntaxes.apply(context.abstractSyntax());
            if (acceptable.isEmpty()) {
                return ContextAnswer.refuse(
                        context.id(), ContextAnswer.Result.ABSTRACT_SYNTAX_NOT_SUPPORTED);
            }
            return context.transferSyntaxes().stream()
                    .filter(acceptable.get())
                    .findFirst()
                    .map(syntax -> ContextAnswer.accept(context.id(), syntax))
                    .orElseGet(() -> ContextAnswer.refuse(
                            context.id(), ContextAnswer.Result.TRANSFER_SYNTAXES_NOT_SUPPORTED));
        };
    }
}
