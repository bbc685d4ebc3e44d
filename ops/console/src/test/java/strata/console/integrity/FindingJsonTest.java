package strata.console.integrity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import org.junit.jupiter.api.Test;

import strata.mover.Reconciliation.Finding;
import strata.mover.Reconciliation.Kind;
import strata.tier.PackLock;

import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Optional;

class FindingJsonTest {
    private static final Instant UNTIL = Instant.parse("2056-11-22T00:00:00Z");

    private static String json(Optional<PackLock> lock) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            FindingJson.lock(json, new Finding(Kind.LOCKED, "vault", "p", 0, true, lock));
            json.writeEndObject();
        }
        return text.toString();
    }

    @Test
    void aTimeIsATimeAndAHoldIsNone() throws IOException {
        assertEquals("{}", json(Optional.empty()));
        assertEquals(
                "{\"keptUntil\":\"2056-11-22T00:00:00Z\"}", json(Optional.of(PackLock.of(UNTIL))));
        assertEquals("{\"held\":true}", json(Optional.of(PackLock.of(Instant.MAX))));
        assertEquals(
                "{\"keptUntil\":\"2056-11-22T00:00:00Z\",\"held\":true}",
                json(Optional.of(new PackLock(UNTIL, true))));
    }
}
