package strata.console;

import com.fasterxml.jackson.core.JsonGenerator;

import strata.base.OperatorException;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.network.http.Router;
import strata.policy.language.KnownNames;
import strata.policy.language.Policy;
import strata.policy.language.PolicyException;
import strata.policy.language.PolicyFile;
import strata.policy.lifecycle.PolicyComparison;
import strata.policy.lifecycle.RulesInForce;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The rules in force, what others would change, and how they take their place. */
public final class PolicyPages {
    private final RulesInForce rules;

    public PolicyPages(RulesInForce rules) {
        this.rules = rules;
    }

    public void addTo(Router.Builder routes) {
        routes.get(AdminApi.PATH + "/policy", this::show)
                .post(AdminApi.PATH + "/policy/compare", AdminApi.guarded(this::compare))
                .post(AdminApi.PATH + "/policy/apply", AdminApi.guarded(this::apply));
    }

    /** The rules, and the names that rules of this server may use. */
    private Response show(Request request) throws IOException {
        KnownNames names = rules.names();
        Policy policy = rules.policy();
        String text = rules.text();
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeStringField("file", policy.file());
            JsonBody.texts(
                    json, "rules", policy.rules().stream().map(r -> r.name()).toList());
            JsonBody.texts(json, "tiers", List.copyOf(names.tiers()));
            JsonBody.texts(json, "sites", List.copyOf(names.sites()));
            JsonBody.texts(json, "profiles", List.copyOf(names.profiles()));
            JsonBody.texts(json, "peers", List.copyOf(names.peers().orElse(Set.of())));
            json.writeStringField("digest", policy.digest().toString());
            json.writeStringField("text", text);
            json.writeEndObject();
        });
    }

    private static byte[] body(Request request) throws IOException {
        return request.body().readNBytes(PolicyFile.MAX_FILE_BYTES + 1);
    }

    /** Body: a file of rules. Says what it would change; changes nothing. The dry run of apply. */
    private Response compare(Request request) throws IOException {
        try {
            return answer(rules.dryRun(body(request)));
        } catch (PolicyException e) {
            throw new HttpException(400, e.getMessage(), e);
        }
    }

    /** Body: a file of rules that had its dry run; parameter confirm: the word that it told. */
    private Response apply(Request request) throws IOException {
        try {
            return answer(rules.apply(
                    body(request),
                    request.query("confirm").filter(w -> !w.isEmpty()),
                    AdminApi.actor(request)));
        } catch (PolicyException e) {
            throw new HttpException(400, e.getMessage(), e);
        } catch (OperatorException e) {
            throw new HttpException(409, e.getMessage(), e);
        }
    }

    private static Response answer(RulesInForce.DryRun dryRun) throws IOException {
        return JsonBody.whole(json -> {
            json.writeStartObject();
            difference(json, dryRun.comparison());
            JsonBody.texts(json, "lines", dryRun.lines());
            json.writeStringField("digest", dryRun.candidate().digest().toString());
            JsonBody.text(json, "word", dryRun.word());
            json.writeNumberField("shortened", dryRun.comparison().shortened());
            json.writeEndObject();
        });
    }

    private static void difference(JsonGenerator json, PolicyComparison comparison)
            throws IOException {
        json.writeBooleanField("same", comparison.isSame());
        json.writeNumberField("studies", comparison.studies());
        json.writeNumberField("added", comparison.added().size());
        json.writeNumberField("dropped", comparison.dropped().size());
        json.writeNumberField("freed", comparison.freed());
        json.writeNumberField("bound", comparison.bound());
    }
}
