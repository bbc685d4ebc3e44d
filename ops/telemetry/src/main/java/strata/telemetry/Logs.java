package strata.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;

import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Sets up logging for the process: one appender to standard error, since standard output belongs to
 * the command's own answer. Events are written as they come, also while the process stops.
 */
public final class Logs {
    /** The launcher says with this property whether standard error is a terminal. */
    public static final String TERMINAL_PROPERTY = "strata.terminal";

    /**
     * A message is one line: line breaks inside are escaped, so that no peer can forge a line.
     * Stack traces follow on lines of their own.
     */
    static final String PLAIN_PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: "
            + "%replace(%replace(%msg){'\\r','\\\\r'}){'\\n','\\\\n'}%n%rootException{20}";

    private Logs() {}

    /**
     * Replaces the logging configuration of the process.
     *
     * @param level the least level that is logged: TRACE, DEBUG, INFO, WARN or ERROR
     */
    public static void configure(LogFormat format, String level) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext)) {
            throw new IllegalStateException(
                    "another logging library is on the class path: " + factory.getClass());
        }
        LoggerContext context = (LoggerContext) factory;
        context.reset();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder(resolve(format), context));
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(level, Level.INFO));
        root.addAppender(appender);
        // Libraries tell at INFO what concerns only their own developers.
        context.getLogger("io.netty").setLevel(quieter(root.getLevel()));
        context.getLogger("net.openhft").setLevel(quieter(root.getLevel()));
        // Its lines may repeat values of a message, which are patient data.
        context.getLogger("ca.uhn.hl7v2").setLevel(Level.OFF);
    }

    /** What {@link LogFormat#AUTO} means in this process. */
    static LogFormat resolve(LogFormat format) {
        return switch (format) {
            case PLAIN, JSON -> format;
            case AUTO -> onTerminal() ? LogFormat.PLAIN : LogFormat.JSON;
        };
    }

    static Encoder<ILoggingEvent> encoder(LogFormat resolved, LoggerContext context) {
        if (resolved == LogFormat.JSON) {
            JsonEncoder json = new JsonEncoder();
            json.setContext(context);
            json.setWithSequenceNumber(false);
            json.setWithContext(false);
            json.setWithNanoseconds(false);
            json.setWithFormattedMessage(true);
            json.setWithMessage(false);
            json.setWithArguments(false);
            json.start();
            return json;
        }
        PatternLayoutEncoder plain = new PatternLayoutEncoder();
        plain.setContext(context);
        plain.setPattern(PLAIN_PATTERN);
        plain.start();
        return plain;
    }

    private static boolean onTerminal() {
        String told = System.getProperty(TERMINAL_PROPERTY);
        return told == null ? System.console() != null : Boolean.parseBoolean(told);
    }

    private static Level quieter(Level root) {
        return root.isGreaterOrEqual(Level.WARN) ? root : Level.WARN;
    }
}
