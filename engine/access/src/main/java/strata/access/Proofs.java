package strata.access;

import strata.network.http.Request;

import java.util.List;
import java.util.Optional;

/** Finds out who asks. Each way is there only where it is configured. */
public final class Proofs {
    private final Optional<TokenCheck> tokens;
    private final Optional<Logins> logins;
    private final OperatorToken operator;
    private final List<BoundUser> certificates;

    public Proofs(
            Optional<TokenCheck> tokens,
            Optional<Logins> logins,
            OperatorToken operator,
            List<BoundUser> certificates) {
        this.tokens = tokens;
        this.logins = logins;
        this.operator = operator;
        this.certificates = List.copyOf(certificates);
    }

    /** What a request shows. */
    sealed interface Proof {
        record Of(User user) implements Proof {}

        /** Something is shown, and it is wrong. */
        record Wrong() implements Proof {}

        record Missing() implements Proof {}
    }

    Proof of(Request request) {
        List<String> headers = request.headers("authorization");
        if (headers.isEmpty()) {
            return ofCertificate(request);
        }
        Optional<String> token = bearer(request);
        if (token.isEmpty()) {
            return new Proof.Wrong();
        }
        Optional<User> user = operator.user(token.get())
                .or(() -> logins.flatMap(each -> each.user(token.get())))
                .or(() -> tokens.flatMap(each -> each.user(token.get())));
        return user.<Proof>map(Proof.Of::new).orElseGet(Proof.Wrong::new);
    }

    private Proof ofCertificate(Request request) {
        return request.certificate()
                .flatMap(shown -> certificates.stream()
                        .filter(each -> each.certificate().fits(shown))
                        .findFirst())
                .<Proof>map(bound -> new Proof.Of(bound.user()))
                .orElseGet(Proof.Missing::new);
    }

    /** The token of the one Authorization field. */
    static Optional<String> bearer(Request request) {
        List<String> headers = request.headers("authorization");
        if (headers.size() != 1 || !headers.get(0).regionMatches(true, 0, "Bearer ", 0, 7)) {
            return Optional.empty();
        }
        return Optional.of(headers.get(0).substring(7).strip());
    }
}
