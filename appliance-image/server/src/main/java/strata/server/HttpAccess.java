package strata.server;

import strata.access.Gate;
import strata.access.Logins;
import strata.access.OperatorToken;
import strata.access.Proofs;
import strata.access.SessionRoutes;
import strata.access.StudyFacts;
import strata.access.TokenCheck;
import strata.base.Audit;
import strata.base.CredentialTime;
import strata.base.Metrics;
import strata.catalog.Catalog;
import strata.network.http.AccessControl;
import strata.network.http.Router;
import strata.server.configuration.AuthenticationSettings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Who may do what over HTTP, made from the configuration. */
final class HttpAccess {
    /** The file of the token for this machine's operator, below the data directory. */
    static final String OPERATOR_TOKEN = "operator.token";

    private final AccessControl control;
    private final Optional<SessionRoutes> sessions;

    private HttpAccess(AccessControl control, Optional<SessionRoutes> sessions) {
        this.control = control;
        this.sessions = sessions;
    }

    /** Everybody on this machine may do everything. */
    static HttpAccess open() {
        return new HttpAccess(AccessControl.open(), Optional.empty());
    }

    /** @throws strata.base.OperatorException when accounts or keys cannot be used */
    static HttpAccess of(
            AuthenticationSettings settings,
            Path data,
            Catalog catalog,
            CredentialTime time,
            Metrics metrics,
            Audit audit)
            throws IOException {
        Logins logins = Logins.open(settings.accounts(), settings.session(), time, metrics, audit);
        Optional<TokenCheck> tokens = settings.tokens().isPresent()
                ? Optional.of(TokenCheck.open(settings.tokens().get(), time, metrics))
                : Optional.empty();
        Proofs proofs = new Proofs(
                tokens,
                Optional.of(logins),
                OperatorToken.write(data.resolve(OPERATOR_TOKEN)),
                settings.certificates());
        StudyFacts facts = study -> catalog.summary(study)
                .filter(summary -> summary.instanceCount() > 0)
                .map(summary ->
                        new StudyFacts.Facts(summary.institution(), summary.accessionNumber()));
        return new HttpAccess(
                new Gate(proofs, time, facts, metrics, audit),
                Optional.of(new SessionRoutes(logins)));
    }

    AccessControl control() {
        return control;
    }

    void addTo(Router.Builder routes) {
        sessions.ifPresent(each -> each.addTo(routes));
    }
}
