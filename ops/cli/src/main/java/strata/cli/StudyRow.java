package strata.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;

import strata.catalog.StudySummary;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A study as it is listed, the same from a running server and from a stopped directory. */
record StudyRow(
        String study,
        String patientId,
        String patientName,
        String accession,
        String date,
        List<String> modalities,
        String description,
        long series,
        long instances,
        long bytes,
        String availability,
        Map<String, Long> copies) {
    static final List<String> HEADINGS = List.of(
            "PATIENT ID",
            "NAME",
            "DATE",
            "ACCESSION",
            "MODALITIES",
            "DESCRIPTION",
            ">SERIES",
            ">INSTANCES",
            ">SIZE",
            "AVAILABLE",
            "COPIES",
            "STUDY");

    private static final int CELL = 32;

    static StudyRow of(JsonNode json) {
        List<String> modalities = new ArrayList<>();
        json.path("modalities").forEach(m -> modalities.add(m.asText()));
        Map<String, Long> copies = new TreeMap<>();
        json.path("copies")
                .properties()
                .forEach(c ->
                        copies.put(c.getKey(), c.getValue().path("instances").asLong()));
        return new StudyRow(
                json.path("studyInstanceUid").asText(),
                json.path("patientId").asText(),
                json.path("patientName").asText(),
                json.path("accessionNumber").asText(),
                json.path("studyDate").asText(),
                modalities,
                json.path("description").asText(),
                json.path("series").asLong(),
                json.path("instances").asLong(),
                json.path("bytes").asLong(),
                json.path("availability").asText(),
                copies);
    }

    static StudyRow of(StudySummary study) {
        Map<String, Long> copies = new TreeMap<>();
        study.verifiedCopies().forEach((holder, count) -> copies.put(holder, count.count()));
        return new StudyRow(
                study.study().value(),
                study.patientId(),
                study.patientName(),
                study.accessionNumber(),
                study.studyDate(),
                study.modalities(),
                study.description(),
                study.seriesCount(),
                study.instanceCount(),
                study.bytes(),
                study.availability().name(),
                copies);
    }

    void writeTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("studyInstanceUid", study);
        json.writeStringField("patientId", patientId);
        json.writeStringField("patientName", patientName);
        json.writeStringField("accessionNumber", accession);
        json.writeStringField("studyDate", date);
        json.writeArrayFieldStart("modalities");
        for (String modality : modalities) {
            json.writeString(modality);
        }
        json.writeEndArray();
        json.writeStringField("description", description);
        json.writeNumberField("series", series);
        json.writeNumberField("instances", instances);
        json.writeNumberField("bytes", bytes);
        json.writeStringField("availability", availability);
        json.writeObjectFieldStart("copies");
        for (Map.Entry<String, Long> held : copies.entrySet()) {
            json.writeNumberField(held.getKey(), held.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** In the order of {@link #HEADINGS}; nothing in it steers the terminal. */
    List<String> cells() {
        List<String> holders = new ArrayList<>();
        copies.forEach((holder, count) -> holders.add(
                count == instances
                        ? holder
                        : String.format(Locale.ROOT, "%s (%d of %d)", holder, count, instances)));
        return List.of(
                cell(patientId),
                cell(patientName),
                cell(date),
                cell(accession),
                cell(String.join(",", modalities)),
                cell(description),
                Long.toString(series),
                Long.toString(instances),
                Text.bytes(bytes),
                availability.toLowerCase(Locale.ROOT),
                Text.safe(String.join(",", holders)),
                Text.safe(study));
    }

    private static String cell(String text) {
        String safe = Text.safe(text);
        return safe.codePointCount(0, safe.length()) <= CELL
                ? safe
                : safe.substring(0, safe.offsetByCodePoints(0, CELL - 3)) + "...";
    }
}
