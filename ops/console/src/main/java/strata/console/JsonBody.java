package strata.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

import strata.network.http.Response;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.util.Optional;

/** Writes JSON values as response bodies. */
@FunctionalInterface
interface JsonBody {
    JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build()
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            // A value that was cut by an error must not look whole.
            .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);

    void write(JsonGenerator json) throws IOException;

    /** A small value, made before the response begins. */
    static Response whole(JsonBody body) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            body.write(json);
        }
        return Response.json(text + "\n");
    }

    /** A value of any length, sent while it is made. */
    static Response streamed(JsonBody body) {
        return Response.stream(Response.JSON, to -> {
            try (JsonGenerator json = FACTORY.createGenerator(to)) {
                body.write(json);
                json.writeRaw('\n');
            }
        });
    }

    /** One line of NDJSON, sent at once. */
    static void line(OutputStream to, JsonBody body) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(to)) {
            body.write(json);
            json.writeRaw('\n');
        }
        to.flush();
    }

    /** A field with a text, or with null when there is none. */
    static void text(JsonGenerator json, String name, Optional<?> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get().toString());
        } else {
            json.writeNullField(name);
        }
    }

    static void texts(JsonGenerator json, String name, Iterable<?> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (Object value : values) {
            json.writeString(value.toString());
        }
        json.writeEndArray();
    }
}
