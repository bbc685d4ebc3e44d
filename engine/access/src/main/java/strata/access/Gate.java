package strata.access;

import strata.base.Audit;
import strata.base.CredentialTime;
import strata.base.Metrics;
import strata.base.Printable;
import strata.base.Uid;
import strata.network.http.AccessControl;
import strata.network.http.Caller;
import strata.network.http.HttpException;
import strata.network.http.Method;
import strata.network.http.Request;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a request to its handler or not: who asks, whether one of his roles is for the route, and
 * whether he may know of the study. A study that he may not know of is answered as one that is not
 * there, and audited. Thread-safe.
 */
public final class Gate implements AccessControl {
    /** What is added to refusals while it is so. */
    static final String CLOCK = "; the clock of this server is doubted, which may be why";

    private final Proofs proofs;
    private final CredentialTime time;
    private final StudyFacts studies;
    private final Audit audit;
    private final Metrics.Counter refused;

    /** @param time by which the proofs end */
    public Gate(
            Proofs proofs, CredentialTime time, StudyFacts studies, Metrics metrics, Audit audit) {
        this.proofs = proofs;
        this.time = time;
        this.studies = studies;
        this.audit = audit;
        this.refused = metrics.counter(
                        "strata_access_refused_requests_total",
                        "Requests refused for who asked, by reason",
                        "reason")
                .known("foreign_study");
    }

    @Override
    public Caller admit(Request request, Method method, String template) throws IOException {
        if (RouteRights.isOpen(method, template)) {
            return Caller.ANYONE;
        }
        User user = user(request, template);
        if (!RouteRights.allows(user, method, template)) {
            refused(request, "forbidden", user.name(), Map.of("route", method + " " + template));
            throw new HttpException(403, "this is not for you");
        }
        if (user.scope().all()) {
            return new Caller(user.name());
        }
        Optional<Uid> named = study(request, template);
        if (named.isPresent() && !mayKnow(user, named.get())) {
            refused(
                    request,
                    "foreign_study",
                    user.name(),
                    Map.of("study", named.get().value(), "route", method + " " + template));
            throw new HttpException(404, "there is no such study, series or instance");
        }
        return new Caller(user.name(), study -> mayKnow(user, study));
    }

    private User user(Request request, String template) throws HttpException {
        Proofs.Proof proof = proofs.of(request);
        if (proof instanceof Proofs.Proof.Of proved) {
            return proved.user();
        }
        boolean wrong = proof instanceof Proofs.Proof.Wrong;
        boolean clock = wrong && time.isDoubted();
        if (wrong) {
            String reason = clock ? "clock_doubted" : "wrong_proof";
            refused(request, reason, "unknown", Map.of("route", template));
        } else {
            // Clients ask once without, to be told how; that is no event.
            refused.increment("no_proof");
        }
        throw new HttpException(
                        401,
                        wrong ? "this proof is not valid" + (clock ? CLOCK : "") : "who are you?")
                .withHeader(
                        "www-authenticate",
                        wrong ? "Bearer error=\"invalid_token\"" : "Bearer realm=\"strata\"");
    }

    private void refused(Request request, String reason, String who, Map<String, String> details) {
        refused.increment(reason);
        Map<String, String> all = new java.util.TreeMap<>(details);
        all.put("peer", request.peer().getAddress().getHostAddress());
        all.put("reason", reason);
        audit.record(Audit.Action.SECURITY_ALERT, Audit.Outcome.REFUSED, Printable.of(who), all);
    }

    /** A study that nobody shows is none that he may know of: 410 would tell that it was here. */
    private boolean mayKnow(User user, Uid study) throws IOException {
        return studies.of(study)
                .filter(facts -> user.scope().allows(facts.institution(), facts.accession()))
                .isPresent();
    }

    /** Which study the request names, by its path or as WADO-URI does. */
    private static Optional<Uid> study(Request request, String template) throws HttpException {
        if (template.contains("/{study}")) {
            // What is sent to a study that is not here yet makes it.
            return request.method() == Method.POST
                    ? Optional.empty()
                    : Optional.of(request.pathUid("study"));
        }
        Optional<String> text = request.query("studyUID");
        if (text.isPresent() && !Uid.isValid(text.get())) {
            throw new HttpException(400, "studyUID is no UID");
        }
        return text.map(Uid::new);
    }
}
