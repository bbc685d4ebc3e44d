package strata.frontdoor.web;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.dicom.TransferSyntax;
import strata.frontdoor.InstanceSource;
import strata.network.http.HttpException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The transfer syntaxes that a client takes an instance in, the best first, PS3.18 8.7.3.5: a UID,
 * {@code *} for the stored one, or nothing for the default: Explicit VR Little Endian, but the
 * stored one where only a lossy compression of the pixels is there. Where the default cannot be had
 * (no decoder) it is the stored one, too. Immutable.
 */
final class SyntaxWishes {
    /** One wish: a syntax, or one of the two rules. */
    private sealed interface Wish {}

    private record Named(Uid syntax) implements Wish {}

    private enum Rule implements Wish {
        STORED,
        DEFAULT
    }

    private static final String ANY = "*";

    private final List<Wish> wishes;

    private SyntaxWishes(List<Wish> wishes) {
        this.wishes = List.copyOf(wishes);
    }

    /** As it is stored, whatever that is. */
    static SyntaxWishes stored() {
        return new SyntaxWishes(List.of(Rule.STORED));
    }

    /** @throws HttpException 400 for a value that is no UID */
    static SyntaxWishes of(List<Accept.Choice> choices) throws HttpException {
        List<Wish> wishes = new ArrayList<>();
        for (Accept.Choice choice : choices) {
            Optional<String> named = choice.transferSyntax();
            if (named.isEmpty()) {
                wishes.add(Rule.DEFAULT);
            } else {
                wishes.add(named.get().equals(ANY) ? Rule.STORED : named(named.get()));
            }
        }
        return new SyntaxWishes(wishes);
    }

    private static Named named(String uid) throws HttpException {
        if (!Uid.isValid(uid)) {
            throw new HttpException(400, "transfer-syntax is neither a UID nor *");
        }
        return new Named(new Uid(uid));
    }

    /** Whether there is a syntax for every version. */
    boolean takeAnything() {
        return wishes.stream().anyMatch(Rule.class::isInstance);
    }

    /** The best syntax in which the version can be sent without loss; empty when there is none. */
    Optional<Uid> choose(VersionEntry version) {
        for (Wish wish : wishes) {
            Optional<Uid> syntax = fulfil(wish, version);
            if (syntax.isPresent()) {
                return syntax;
            }
        }
        return Optional.empty();
    }

    private static Optional<Uid> fulfil(Wish wish, VersionEntry version) {
        if (wish instanceof Named named) {
            return possible(named.syntax, version);
        }
        Uid stored = version.transferSyntax();
        if (wish == Rule.STORED
                || TransferSyntax.of(stored).pixels() == TransferSyntax.Pixels.ENCAPSULATED_LOSSY) {
            return Optional.of(stored);
        }
        Uid standard = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid();
        return possible(standard, version).or(() -> Optional.of(stored));
    }

    private static Optional<Uid> possible(Uid syntax, VersionEntry version) {
        return InstanceSource.choose(version, List.of(syntax));
    }
}
