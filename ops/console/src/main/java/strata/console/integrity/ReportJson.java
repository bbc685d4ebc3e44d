package strata.console.integrity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import strata.catalog.VersionEntry;
import strata.mover.CopySurvey;
import strata.mover.Reconciliation;
import strata.tier.crypto.KeyLedger;

import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;

/** The report for programs; its last member, the signature, is for the signer to add. */
final class ReportJson {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int VERSION = 1;

    private ReportJson() {}

    /** Ends with a comma and a line feed, see {@link strata.tier.crypto.SignedText}. */
    static String body(IntegrityReport report) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            write(json, report);
            json.writeEndObject();
        }
        String whole = text.toString();
        return whole.substring(0, whole.lastIndexOf('}')).stripTrailing() + ",\n";
    }

    private static void write(JsonGenerator json, IntegrityReport report) throws IOException {
        json.writeStringField("format", "strata-integrity-report");
        json.writeNumberField("version", VERSION);
        json.writeStringField("site", report.site());
        json.writeStringField("aet", report.aet());
        json.writeStringField("software", report.version());
        json.writeStringField("from", report.copies().from().toString());
        json.writeStringField("to", report.copies().to().toString());
        json.writeStringField("madeAt", report.madeAt().toString());
        json.writeArrayFieldStart("concerns");
        for (String concern : report.concerns()) {
            json.writeString(concern);
        }
        json.writeEndArray();
        copies(json, report.copies());
        audit(json, report.audit());
        json.writeNumberField("repairsWaiting", report.repairsWaiting());
        lost(json, report.copies());
        findings(json, report);
        keys(json, report);
        json.writeStringField("publicKey", report.key());
        json.writeStringField("fingerprint", report.fingerprint());
    }

    private static void copies(JsonGenerator json, CopySurvey survey) throws IOException {
        json.writeNumberField("objects", survey.objects());
        json.writeNumberField("objectsWithOneRightCopy", survey.singles());
        json.writeObjectFieldStart("copies");
        for (Map.Entry<String, CopySurvey.Held> each : survey.holders().entrySet()) {
            CopySurvey.Held held = each.getValue();
            json.writeObjectFieldStart(each.getKey());
            json.writeNumberField("copies", held.copies());
            json.writeNumberField("bytes", held.bytes());
            json.writeNumberField("verifiedInPeriod", held.verified());
            json.writeNumberField("verifiedAfter", held.later());
            json.writeNumberField("verifiedBefore", held.earlier());
            json.writeNumberField("notYetVerified", held.never());
            json.writeNumberField("damaged", held.damaged());
            if (held.oldest().isPresent()) {
                json.writeStringField("oldestVerification", held.oldest().get().toString());
            } else {
                json.writeNullField("oldestVerification");
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void audit(JsonGenerator json, AuditFacts audit) throws IOException {
        json.writeObjectFieldStart("inPeriod");
        json.writeObjectFieldStart("foundDamaged");
        for (Map.Entry<String, Long> each : audit.damaged().entrySet()) {
            json.writeNumberField(each.getKey(), each.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("repaired", audit.repaired());
        json.writeNumberField("withoutRightCopy", audit.unrepaired());
        json.writeArrayFieldStart("scrubs");
        for (AuditFacts.Scrubbed scrub : audit.scrubs()) {
            json.writeStartObject();
            json.writeStringField("endedAt", scrub.endedAt().toString());
            json.writeNumberField("copies", scrub.copies());
            json.writeNumberField("damaged", scrub.damaged());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeObjectFieldStart("auditTrail");
        json.writeNumberField("lines", audit.lines());
        json.writeStringField("head", audit.head());
        json.writeBooleanField("intact", audit.intact());
        json.writeNumberField("lostLinesInPeriod", audit.lostLines());
        json.writeEndObject();
    }

    private static void lost(JsonGenerator json, CopySurvey survey) throws IOException {
        json.writeNumberField("withoutRightCopy", survey.lost());
        json.writeArrayFieldStart("withoutRightCopyListed");
        for (VersionEntry version : survey.listed()) {
            json.writeStartObject();
            json.writeStringField("object", version.id().toString());
            json.writeStringField("studyInstanceUid", version.key().study().value());
            json.writeStringField("sopInstanceUid", version.key().instance().value());
            json.writeStringField("sha256", version.digest().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void findings(JsonGenerator json, IntegrityReport report) throws IOException {
        json.writeObjectFieldStart("indexAgainstMedia");
        json.writeNumberField("open", report.open());
        json.writeArrayFieldStart("findings");
        for (Reconciliation.Finding each : report.findings()) {
            json.writeStartObject();
            json.writeStringField("kind", each.kind().name().toLowerCase(Locale.ROOT));
            json.writeStringField("tier", each.tier());
            json.writeStringField("pack", each.pack());
            json.writeNumberField("objects", each.entries());
            FindingJson.lock(json, each);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void keys(JsonGenerator json, IntegrityReport report) throws IOException {
        if (report.keys().isEmpty()) {
            json.writeNullField("keys");
            return;
        }
        KeyLedger.Status keys = report.keys().get();
        json.writeObjectFieldStart("keys");
        json.writeNumberField("active", keys.active());
        json.writeNumberField("shredded", keys.shredded());
        json.writeNumberField("underOldSiteKey", keys.old());
        json.writeArrayFieldStart("behind");
        for (String medium : keys.behind()) {
            json.writeString(medium);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
