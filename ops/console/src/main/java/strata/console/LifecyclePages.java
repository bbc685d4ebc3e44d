package strata.console;

import com.fasterxml.jackson.core.JsonGenerator;

import strata.base.Uid;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.policy.language.CopyFacts;
import strata.policy.lifecycle.Action;
import strata.policy.lifecycle.Block;
import strata.policy.lifecycle.CycleReport;
import strata.policy.lifecycle.Explanation;
import strata.policy.lifecycle.Lifecycle;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Runs a cycle of the policy, and explains it. */
final class LifecyclePages {
    private final Lifecycle lifecycle;

    LifecyclePages(Lifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    Response run(Request request) throws IOException {
        CycleReport report = lifecycle.runOnce();
        return JsonBody.streamed(json -> {
            json.writeStartObject();
            cycle(json, report);
            json.writeArrayFieldStart("steps");
            for (CycleReport.Step step : report.steps()) {
                step(json, step);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** The fields that sum a cycle up. */
    static void cycle(JsonGenerator json, CycleReport report) throws IOException {
        json.writeStringField("startedAt", report.startedAt().toString());
        json.writeNumberField("studies", report.plan().studies());
        json.writeNumberField("parked", report.studiesParked());
        json.writeNumberField("done", report.count(CycleReport.Outcome.DONE));
        json.writeNumberField("skipped", report.count(CycleReport.Outcome.SKIPPED));
        json.writeNumberField("failed", report.count(CycleReport.Outcome.FAILED));
        json.writeNumberField("notRun", report.count(CycleReport.Outcome.NOT_RUN));
        json.writeObjectFieldStart("deferred");
        for (Map.Entry<Block.Cause, Long> cause :
                new TreeMap<>(report.plan().deferred()).entrySet()) {
            json.writeNumberField(cause.getKey().label(), cause.getValue());
        }
        json.writeEndObject();
    }

    private static void step(JsonGenerator json, CycleReport.Step step) throws IOException {
        Action action = step.action();
        json.writeStartObject();
        json.writeStringField("studyInstanceUid", action.study().value());
        json.writeStringField("kind", action.kind().label());
        json.writeStringField("place", action.place().toString());
        json.writeNumberField("bytes", action.bytes());
        json.writeStringField("rule", action.reason().rule());
        json.writeStringField("why", action.reason().why());
        json.writeStringField("outcome", step.outcome().name());
        JsonBody.text(json, "result", step.result());
        json.writeStringField("detail", step.detail());
        json.writeEndObject();
    }

    Response explain(Request request) throws IOException {
        Uid study = AdminApi.study(request);
        Explanation explanation =
                lifecycle.explain(study).orElseThrow(() -> AdminApi.unknown(study));
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeStringField("studyInstanceUid", study.value());
            json.writeStringField("at", explanation.at().toString());
            JsonBody.texts(json, "lines", explanation.lines());
            json.writeArrayFieldStart("copies");
            for (CopyFacts copy : explanation.copies()) {
                copy(json, copy);
            }
            json.writeEndArray();
            JsonBody.text(json, "parked", explanation.parked().map(Block::why));
            JsonBody.texts(json, "holds", explanation.holds());
            JsonBody.text(json, "kept", explanation.kept());
            json.writeStringField("next", explanation.next());
            json.writeArrayFieldStart("rules");
            for (Explanation.OfRule rule : explanation.rules()) {
                rule(json, rule);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void copy(JsonGenerator json, CopyFacts copy) throws IOException {
        json.writeStartObject();
        json.writeStringField("place", copy.place().toString());
        json.writeStringField("state", copy.state().name());
        json.writeNumberField("bytes", copy.bytes());
        JsonBody.text(json, "lastVerified", copy.lastVerified());
        json.writeEndObject();
    }

    private static void rule(JsonGenerator json, Explanation.OfRule rule) throws IOException {
        json.writeStartObject();
        json.writeStringField("rule", rule.verdict().rule());
        json.writeStringField("condition", rule.verdict().condition());
        json.writeStringField("outcome", rule.verdict().outcome().name());
        JsonBody.texts(json, "because", rule.verdict().deciders());
        JsonBody.text(json, "trueFrom", rule.trueFrom());
        json.writeArrayFieldStart("actions");
        for (Explanation.OfAction action : rule.actions()) {
            json.writeStartObject();
            json.writeStringField("action", action.action());
            json.writeStringField("place", action.place());
            json.writeStringField("status", action.status().name());
            json.writeStringField("text", action.text());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
