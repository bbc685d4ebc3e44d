package strata.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

class LogsTest {
    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger logger = context.getLogger("strata.store.Ingest");

    @AfterEach
    void asTheLauncherLeftIt() {
        System.clearProperty(Logs.TERMINAL_PROPERTY);
    }

    @Test
    void plainLinesAreOneLineEachWhateverAPeerSends() {
        String line = encode(LogFormat.PLAIN, event("AE {} refused", "EVIL\r\n2026 INFO forged"));
        assertEquals(1, line.lines().count(), line);
        assertTrue(line.endsWith("INFO  Ingest: AE EVIL\\r\\n2026 INFO forged refused\n"), line);
    }

    @Test
    void jsonLinesCarryLevelLoggerAndMessage() throws IOException {
        String line = encode(LogFormat.JSON, event("AE {} refused", "EVIL\n\"}"));
        assertEquals(1, line.lines().count(), line);
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = new JsonFactory().createParser(line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                fields.put(field, json.getText());
                json.skipChildren();
            }
        }
        assertEquals("INFO", fields.get("level"));
        assertEquals("strata.store.Ingest", fields.get("loggerName"));
        assertEquals("AE EVIL\n\"} refused", fields.get("formattedMessage"));
    }

    @Test
    void stackTracesFollowInPlainFormat() {
        LoggingEvent event = event("failed", null);
        event.setThrowableProxy(
                new ch.qos.logback.classic.spi.ThrowableProxy(new IOException("disk")));
        assertTrue(encode(LogFormat.PLAIN, event).contains("java.io.IOException: disk"));
    }

    @Test
    void autoFollowsTheTerminal() {
        System.setProperty(Logs.TERMINAL_PROPERTY, "true");
        assertEquals(LogFormat.PLAIN, Logs.resolve(LogFormat.AUTO));
        System.setProperty(Logs.TERMINAL_PROPERTY, "false");
        assertEquals(LogFormat.JSON, Logs.resolve(LogFormat.AUTO));
        assertEquals(LogFormat.PLAIN, Logs.resolve(LogFormat.PLAIN));
    }

    @Test
    void theLevelIsTheOneAskedForAndLibrariesAreQuieter() {
        Logs.configure(LogFormat.PLAIN, "INFO");
        org.slf4j.Logger own = LoggerFactory.getLogger("strata.x");
        assertTrue(own.isInfoEnabled());
        assertFalse(own.isDebugEnabled());
        assertFalse(LoggerFactory.getLogger("io.netty.x").isInfoEnabled());
        Logs.configure(LogFormat.PLAIN, "WARN");
        assertFalse(own.isInfoEnabled());
    }

    private LoggingEvent event(String message, String argument) {
        Object[] arguments = argument == null ? null : new Object[] {argument};
        return new LoggingEvent("x", logger, Level.INFO, message, null, arguments);
    }

    private String encode(LogFormat format, LoggingEvent event) {
        return new String(Logs.encoder(format, context).encode(event), StandardCharsets.UTF_8);
    }
}
