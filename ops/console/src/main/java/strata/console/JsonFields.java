package strata.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;

import strata.network.http.HttpException;
import strata.network.http.Request;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The texts of a small JSON object that was sent as a body: for what must not stand in an address,
 * which proxies and browsers keep. Errors name fields, never a value.
 */
final class JsonFields {
    private static final int MAX_BYTES = 16 << 10;
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Map<String, String> values;

    private JsonFields(Map<String, String> values) {
        this.values = values;
    }

    /**
     * @param known the fields that the object may have
     * @throws HttpException 400 for anything else, and for one of them in the address
     */
    static JsonFields of(Request request, Set<String> known) throws IOException {
        for (String name : known) {
            if (!request.queryValues(name).isEmpty()) {
                throw new HttpException(
                        400, name + " goes into the body: addresses are kept on their way");
            }
        }
        byte[] body = request.body().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES) {
            throw new HttpException(413, "at most " + MAX_BYTES + " bytes are taken");
        }
        try (JsonParser json = FACTORY.createParser(body)) {
            return new JsonFields(read(json, known));
        } catch (JsonProcessingException e) {
            // Not as the cause: it repeats what was sent.
            throw wrong(known);
        }
    }

    private static Map<String, String> read(JsonParser json, Set<String> known) throws IOException {
        Map<String, String> values = new HashMap<>();
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw wrong(known);
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            boolean isText = json.nextToken() == JsonToken.VALUE_STRING;
            if (!isText || !known.contains(name) || values.put(name, json.getText()) != null) {
                throw wrong(known);
            }
        }
        if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
            throw wrong(known);
        }
        return values;
    }

    private static HttpException wrong(Set<String> known) {
        return new HttpException(
                400,
                "a JSON object with texts is expected; known here: "
                        + String.join(", ", known.stream().sorted().toList()));
    }

    /** Empty where the field is not there. */
    String text(String name) {
        return values.getOrDefault(name, "");
    }
}
