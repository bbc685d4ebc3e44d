package strata.telemetry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

import strata.base.Audit.Action;
import strata.base.Audit.Outcome;
import strata.base.Digest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** One event of the audit trail and its bytes in the file; the package describes the format. */
record AuditLine(
        Instant time, Action action, Outcome outcome, String actor, Map<String, String> details) {
    /** Longest value that is kept of an actor or a detail; the rest is cut. */
    static final int MAX_TEXT = 512;

    /** Most details that are kept of one event. */
    static final int MAX_DETAILS = 64;

    /** Longest line that is read back. */
    static final int MAX_LINE_BYTES = 1 << 20;

    static final Digest NO_PREVIOUS = new Digest(0, 0, 0, 0);

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** What verification needs of a line. */
    record Link(long sequence, Digest previous) {}

    AuditLine {
        details = details == null ? Map.of() : details;
    }

    /** The bytes of the line, without the line feed. */
    byte[] encode(long sequence, Digest previous) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("seq", sequence);
            json.writeStringField("time", time.toString());
            json.writeStringField("action", action.name());
            json.writeStringField("outcome", outcome.name());
            json.writeStringField("actor", cut(actor));
            json.writeObjectFieldStart("details");
            int written = 0;
            for (Map.Entry<String, String> detail : details.entrySet()) {
                if (written++ == MAX_DETAILS) {
                    break;
                }
                json.writeStringField(cut(detail.getKey()), cut(detail.getValue()));
            }
            json.writeEndObject();
            json.writeStringField("prev", previous.toString());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return out.toByteArray();
    }

    /**
     * Reads the chain's two fields of a line.
     *
     * @throws IOException when the bytes are not a line of the trail
     */
    static Link parse(byte[] line) throws IOException {
        long sequence = -1;
        Digest previous = null;
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                if (field.equals("seq")) {
                    sequence = json.getLongValue();
                } else if (field.equals("prev")) {
                    previous = Digest.parse(json.getText());
                } else {
                    json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw new IOException("more than one JSON object");
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("prev is not a SHA-256", e);
        }
        if (sequence < 1 || previous == null) {
            throw new IOException("seq or prev is missing");
        }
        return new Link(sequence, previous);
    }

    /**
     * Reads a line back.
     *
     * @throws IOException when the bytes are not a line of the trail
     */
    static AuditEvent event(byte[] line) throws IOException {
        long sequence = 0;
        Instant time = Instant.EPOCH;
        String action = "";
        String outcome = "";
        Map<String, String> details = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "seq" -> sequence = json.getLongValue();
                    case "time" -> time = Instant.parse(json.getText());
                    case "action" -> action = json.getText();
                    case "outcome" -> outcome = json.getText();
                    case "details" -> {
                        while (json.nextToken() == JsonToken.FIELD_NAME) {
                            details.put(json.currentName(), json.nextTextValue());
                        }
                    }
                    default -> json.skipChildren();
                }
            }
            return new AuditEvent(sequence, time, action, outcome, details);
        } catch (DateTimeException | NullPointerException e) {
            throw new IOException("a line with other fields than the trail's", e);
        }
    }

    private static String cut(String text) {
        if (text == null) {
            return "";
        }
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }
}
