package strata.console;

import strata.base.OperatorException;
import strata.base.Uid;
import strata.console.integrity.FindingJson;
import strata.mover.Reconciliation;
import strata.mover.Shred;
import strata.mover.Tiers;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.network.http.Router;
import strata.store.Store;
import strata.tier.crypto.KeyLedger;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Routes of what lies on the media: comparison with the catalog, and the keys of sealed packs. */
public final class MediaPages {
    private static final String NO_KEYS = "no site key is configured: tiers.keys.file";

    private final Reconciliation reconciliation;
    private final Optional<KeyLedger> keys;
    private final Optional<Shred> shred;

    /** @param shred there when the keys are */
    public MediaPages(Store store, Tiers tiers, Optional<KeyLedger> keys, Optional<Shred> shred) {
        this.reconciliation = new Reconciliation(store, tiers);
        this.keys = keys;
        this.shred = shred;
    }

    public void addTo(Router.Builder routes) {
        routes.post(AdminApi.PATH + "/reconcile", AdminApi.guarded(this::reconcile))
                .get(AdminApi.PATH + "/keys", this::keys)
                .post(AdminApi.PATH + "/keys/rewrap", AdminApi.guarded(this::rewrap))
                .post(AdminApi.PATH + "/keys/shred", AdminApi.guarded(this::shred));
    }

    /** Parameter mend: true mends what can be. A line for each finding, then the summary. */
    private Response reconcile(Request request) {
        boolean mend = request.query("mend").filter("true"::equals).isPresent();
        return Response.stream("application/x-ndjson", to -> {
            long open = reconciliation.run(mend, finding -> {
                try {
                    JsonBody.line(to, json -> {
                        json.writeStartObject();
                        json.writeStringField("type", "finding");
                        json.writeStringField(
                                "kind", finding.kind().name().toLowerCase(Locale.ROOT));
                        json.writeStringField("tier", finding.tier());
                        json.writeStringField("pack", finding.pack());
                        json.writeNumberField("entries", finding.entries());
                        json.writeBooleanField("mended", finding.mended());
                        FindingJson.lock(json, finding);
                        json.writeEndObject();
                    });
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            JsonBody.line(to, json -> {
                json.writeStartObject();
                json.writeStringField("type", "summary");
                json.writeNumberField("open", open);
                json.writeEndObject();
            });
        });
    }

    private KeyLedger requireKeys() throws HttpException {
        return keys.orElseThrow(() -> new HttpException(404, NO_KEYS));
    }

    private Response keys(Request request) throws IOException {
        KeyLedger.Status status = requireKeys().status();
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeNumberField("active", status.active());
            json.writeNumberField("shredded", status.shredded());
            json.writeNumberField("underOldSiteKey", status.old());
            JsonBody.texts(json, "behind", status.behind());
            json.writeEndObject();
        });
    }

    /** Wraps every key by the newest site key. */
    private Response rewrap(Request request) throws IOException {
        return behind(requireKeys().rewrap());
    }

    /** Parameter study. */
    private Response shred(Request request) throws IOException {
        Uid study = AdminApi.study(request);
        try {
            return behind(shred.orElseThrow(() -> new HttpException(404, NO_KEYS))
                    .run(study, AdminApi.actor(request)));
        } catch (OperatorException e) {
            throw new HttpException(409, e.getMessage(), e);
        }
    }

    private static Response behind(List<String> media) throws IOException {
        return JsonBody.whole(json -> {
            json.writeStartObject();
            JsonBody.texts(json, "behind", media);
            json.writeEndObject();
        });
    }
}
