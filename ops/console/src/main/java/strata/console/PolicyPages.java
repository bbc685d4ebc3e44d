package strata.console;

import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.policy.language.KnownNames;
import strata.policy.language.Policy;
import strata.policy.language.PolicyException;
import strata.policy.language.PolicyFile;
import strata.policy.language.TierFacts;
import strata.policy.lifecycle.Lifecycle;
import strata.policy.lifecycle.PolicyComparison;
import strata.replication.SiteSender;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The rules in effect, and what others would change. */
final class PolicyPages {
    private final Lifecycle lifecycle;
    private final Supplier<TierFacts> fill;
    private final Set<String> sites = new TreeSet<>();

    PolicyPages(Lifecycle lifecycle, List<SiteSender> senders, Supplier<TierFacts> fill) {
        this.lifecycle = lifecycle;
        this.fill = fill;
        senders.forEach(sender -> sites.add(sender.status().site()));
    }

    private KnownNames names() {
        return KnownNames.of(fill.get().tiers().keySet(), sites);
    }

    /** The names that rules of this server may use. */
    Response show(Request request) throws IOException {
        KnownNames names = names();
        Policy policy = lifecycle.policy();
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeStringField("file", policy.file());
            JsonBody.texts(
                    json, "rules", policy.rules().stream().map(r -> r.name()).toList());
            JsonBody.texts(json, "tiers", List.copyOf(names.tiers()));
            JsonBody.texts(json, "sites", List.copyOf(names.sites()));
            JsonBody.texts(json, "profiles", List.copyOf(names.profiles()));
            json.writeEndObject();
        });
    }

    /** Body: a file of rules. Says what it would change in the next cycle; changes nothing. */
    Response compare(Request request) throws IOException {
        byte[] body = request.body().readNBytes(PolicyFile.MAX_FILE_BYTES + 1);
        Policy candidate;
        try {
            candidate = PolicyFile.parse("rules", body, names());
        } catch (PolicyException e) {
            throw new HttpException(400, e.getMessage(), e);
        }
        PolicyComparison comparison = lifecycle.compare(candidate);
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeBooleanField("same", comparison.isSame());
            json.writeNumberField("studies", comparison.studies());
            json.writeNumberField("added", comparison.added().size());
            json.writeNumberField("dropped", comparison.dropped().size());
            json.writeNumberField("freed", comparison.freed());
            json.writeNumberField("bound", comparison.bound());
            JsonBody.texts(json, "lines", comparison.lines());
            json.writeEndObject();
        });
    }
}
