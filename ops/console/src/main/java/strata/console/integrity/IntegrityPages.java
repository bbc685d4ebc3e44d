package strata.console.integrity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import strata.base.Audit;
import strata.base.Digest;
import strata.console.AdminApi;
import strata.console.ServerFacts;
import strata.mover.CopySurvey;
import strata.mover.Reconciliation;
import strata.mover.RepairQueue;
import strata.mover.Tiers;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.network.http.Router;
import strata.store.Store;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.SignedText;
import strata.tier.crypto.SignedText.Form;
import strata.tier.crypto.SigningKey;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Makes and signs the integrity report, one at a time. Thread-safe. */
public final class IntegrityPages {
    private static final JsonFactory JSON = new JsonFactory();

    private final ServerFacts facts;
    private final Store store;
    private final Tiers tiers;
    private final RepairQueue repairs;
    private final Optional<KeyLedger> keys;
    private final Path keyFile;
    private final AuditReading reading;
    private final Audit audit;
    private final Semaphore turn = new Semaphore(1);

    /** @param keyFile of the signing key; made when it is first needed */
    public IntegrityPages(
            ServerFacts facts,
            Store store,
            Tiers tiers,
            RepairQueue repairs,
            Optional<KeyLedger> keys,
            Path keyFile,
            AuditReading reading,
            Audit audit) {
        this.facts = facts;
        this.store = store;
        this.tiers = tiers;
        this.repairs = repairs;
        this.keys = keys;
        this.keyFile = keyFile;
        this.reading = reading;
        this.audit = audit;
    }

    /** Both are reads: an auditor may have them. */
    public void addTo(Router.Builder routes) {
        routes.get(AdminApi.PATH + "/integrity/report", this::report)
                .get(AdminApi.PATH + "/integrity/key", this::key);
    }

    private Response key(Request request) throws IOException {
        SigningKey key = signingKey();
        return json(json -> {
            json.writeStringField("publicKey", SignedText.keyText(key.publicKey()));
            json.writeStringField("fingerprint", SignedText.fingerprint(key.publicKey()));
            json.writeStringField("pem", key.publicPem());
        });
    }

    private synchronized SigningKey signingKey() throws IOException {
        return SigningKey.open(keyFile);
    }

    /** Parameters from and to, instants as ISO 8601; the three forms, signed. */
    private Response report(Request request) throws IOException {
        Instant from = instant(request, "from");
        Instant to = instant(request, "to");
        if (!from.isBefore(to)) {
            throw new HttpException(400, "the period ends before it begins");
        }
        if (!turn.tryAcquire()) {
            throw new HttpException(409, "a report is being made; wait until it has ended");
        }
        try {
            return made(from, to);
        } finally {
            turn.release();
        }
    }

    private static Instant instant(Request request, String name) throws HttpException {
        String text = request.query(name).orElse("");
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new HttpException(
                    400,
                    "the parameter " + name + " is an instant such as 2026-01-01T00:00:00Z",
                    e);
        }
    }

    private Response made(Instant from, Instant to) throws IOException {
        SigningKey key = signingKey();
        IntegrityReport report = gather(from, to, key);
        String text = SignedText.sign(key, Form.TEXT, ReportText.plain(report));
        String page = SignedText.sign(key, Form.HTML, ReportText.page(report));
        String json = SignedText.sign(key, Form.JSON, ReportJson.body(report));
        audit.record(
                Audit.Action.APPLICATION_ACTIVITY,
                Audit.Outcome.SUCCESS,
                "integrity",
                Map.of(
                        "event",
                        "integrity-report",
                        "from",
                        from.toString(),
                        "to",
                        to.toString(),
                        "sha256",
                        Digest.ofBytes(json.getBytes(StandardCharsets.UTF_8)).toString(),
                        "concerns",
                        Integer.toString(report.concerns().size())));
        return json(out -> {
            out.writeStringField("site", report.site());
            out.writeArrayFieldStart("concerns");
            for (String concern : report.concerns()) {
                out.writeString(concern);
            }
            out.writeEndArray();
            out.writeStringField("fingerprint", report.fingerprint());
            out.writeStringField("text", text);
            out.writeStringField("json", json);
            out.writeStringField("html", page);
        });
    }

    private IntegrityReport gather(Instant from, Instant to, SigningKey key) throws IOException {
        CopySurvey copies = CopySurvey.of(store.catalog(), from, to);
        List<Reconciliation.Finding> findings = new ArrayList<>();
        long open = new Reconciliation(store, tiers).run(false, found -> {
            if (findings.size() < IntegrityReport.MOST_FINDINGS) {
                findings.add(found);
            }
        });
        return new IntegrityReport(
                store.site().toString(),
                facts.aet().value(),
                facts.version(),
                store.now(),
                copies,
                reading.read(from, to),
                findings,
                open,
                keys.map(KeyLedger::status),
                repairs.size(),
                SignedText.keyText(key.publicKey()),
                SignedText.fingerprint(key.publicKey()));
    }

    /** The members of an object. */
    private interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private static Response json(Members members) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        }
        return Response.json(text + "\n");
    }
}
