package strata.console;

import com.fasterxml.jackson.core.JsonGenerator;

import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CopyCount;
import strata.catalog.StudySearch;
import strata.catalog.StudySummary;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The list of studies, and one study. */
final class StudyPages {
    private static final long DEFAULT_LIMIT = 1000;

    private final Catalog catalog;

    StudyPages(Catalog catalog) {
        this.catalog = catalog;
    }

    Response list(Request request) throws IOException {
        StudySearch search = search(request);
        long limit = AdminApi.limit(request, DEFAULT_LIMIT);
        return JsonBody.streamed(json -> {
            json.writeStartArray();
            long[] left = {limit};
            search.forEach(catalog, study -> {
                json.writeStartObject();
                summary(json, study);
                json.writeEndObject();
                return --left[0] > 0;
            });
            json.writeEndArray();
        });
    }

    private static StudySearch search(Request request) throws HttpException {
        try {
            return new StudySearch(
                    AdminApi.optionalStudy(request),
                    text(request, "patientId"),
                    text(request, "patientName"),
                    text(request, "accession"),
                    text(request, "date"),
                    text(request, "modality"));
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, e.getMessage(), e);
        }
    }

    private static Optional<String> text(Request request, String name) {
        return request.query(name).filter(value -> !value.isEmpty());
    }

    Response one(Request request) throws IOException {
        Uid uid = request.pathUid("study");
        StudySummary summary = catalog.summary(uid).orElseThrow(() -> AdminApi.unknown(uid));
        Contents contents = new Contents();
        try (VersionCursor versions = catalog.study(uid)) {
            versions.forEachRemaining(contents::add);
        }
        return JsonBody.whole(json -> {
            json.writeStartObject();
            summary(json, summary);
            contents.write(json);
            json.writeEndObject();
        });
    }

    static void summary(JsonGenerator json, StudySummary study) throws IOException {
        json.writeStringField("studyInstanceUid", study.study().value());
        json.writeStringField("patientId", study.patientId());
        json.writeStringField("patientName", study.patientName());
        json.writeStringField("patientBirthDate", study.patientBirthDate());
        json.writeStringField("patientSex", study.patientSex());
        json.writeStringField("accessionNumber", study.accessionNumber());
        json.writeStringField("studyId", study.studyId());
        json.writeStringField("studyDate", study.studyDate());
        json.writeStringField("studyTime", study.studyTime());
        json.writeStringField("description", study.description());
        JsonBody.texts(json, "modalities", study.modalities());
        json.writeNumberField("series", study.seriesCount());
        json.writeNumberField("instances", study.instanceCount());
        json.writeNumberField("bytes", study.bytes());
        json.writeStringField("availability", study.availability().name());
        json.writeStringField("firstReceivedAt", study.firstReceivedAt().toString());
        json.writeStringField("lastReceivedAt", study.lastReceivedAt().toString());
        json.writeObjectFieldStart("copies");
        for (Map.Entry<String, CopyCount> held : study.verifiedCopies().entrySet()) {
            json.writeObjectFieldStart(held.getKey());
            json.writeNumberField("instances", held.getValue().count());
            json.writeNumberField("bytes", held.getValue().bytes());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** What the versions of a study are, counted. */
    private static final class Contents {
        private final Map<VersionState, Long> states = new EnumMap<>(VersionState.class);
        private final TreeMap<String, TreeMap<String, Long>> kinds = new TreeMap<>();

        void add(VersionEntry version) {
            states.merge(version.state(), 1L, Long::sum);
            if (version.state() == VersionState.CURRENT) {
                kinds.computeIfAbsent(version.sopClass().value(), c -> new TreeMap<>())
                        .merge(version.transferSyntax().value(), 1L, Long::sum);
            }
        }

        void write(JsonGenerator json) throws IOException {
            TreeSet<String> syntaxes = new TreeSet<>();
            kinds.values().forEach(k -> syntaxes.addAll(k.keySet()));
            json.writeNumberField("current", states.getOrDefault(VersionState.CURRENT, 0L));
            json.writeNumberField("conflicts", states.getOrDefault(VersionState.CONFLICT, 0L));
            json.writeNumberField("damaged", states.getOrDefault(VersionState.DAMAGED, 0L));
            JsonBody.texts(json, "sopClasses", kinds.keySet());
            JsonBody.texts(json, "transferSyntaxes", syntaxes);
            json.writeArrayFieldStart("kinds");
            for (Map.Entry<String, TreeMap<String, Long>> kind : kinds.entrySet()) {
                for (Map.Entry<String, Long> syntax : kind.getValue().entrySet()) {
                    json.writeStartObject();
                    json.writeStringField("sopClass", kind.getKey());
                    json.writeStringField("transferSyntax", syntax.getKey());
                    json.writeNumberField("instances", syntax.getValue());
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
        }
    }
}
