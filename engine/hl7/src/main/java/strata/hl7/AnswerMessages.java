package strata.hl7;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From a message to its answer. A message is answered AA after all that it asks for is durable. One
 * that comes again, with the same sender, control id and bytes, gets the answer that it got; after
 * a restart it is carried out again, which changes nothing. Thread-safe.
 */
public final class AnswerMessages {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerMessages.class);
    private static final String OTHER = "other";
    private static final Set<String> TYPES = Set.of("ADT", "ORM", "OMI", "SIU");

    private final ReadMessage reader;
    private final ReadEvents events;
    private final Hl7Receiver receiver;
    private final Acknowledgment acknowledgment;
    private final Map<String, byte[]> answered;
    private final Metrics.Counter messages;
    private final Metrics.Histogram seconds;
    /** Of the monotonic clock: a wrong date does not make the door look silent. */
    private volatile long lastTaken = System.nanoTime();

    public AnswerMessages(Hl7Options options, Hl7Receiver receiver, Clock clock, Metrics metrics) {
        this.reader = new ReadMessage(options.limits());
        this.events = new ReadEvents(options);
        this.receiver = receiver;
        this.acknowledgment = new Acknowledgment(options.application(), clock);
        int remembered = options.limits().remembered();
        this.answered = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
                return size() > remembered;
            }
        };
        this.messages = metrics.counter(
                        "strata_hl7_messages_total",
                        "HL7 messages by what was answered; REPEATED: as before",
                        "type",
                        "answer")
                .known(OTHER, AckCode.AE.name())
                .known(OTHER, AckCode.AR.name());
        for (String type : TYPES) {
            messages.known(type, AckCode.AE.name()).known(type, AckCode.AR.name());
        }
        this.seconds = metrics.histogram(
                "strata_hl7_answer_seconds", "From a whole message to its answer", "type");
        metrics.gauge(
                "strata_hl7_last_message_age_seconds",
                "Since a message was last taken, or since the start",
                () -> (System.nanoTime() - lastTaken) / 1e9);
    }

    /**
     * @param message without its frame
     * @param sender its address
     */
    public byte[] answer(byte[] message, String sender) {
        long start = System.nanoTime();
        Header header = Header.none(StandardCharsets.ISO_8859_1);
        String type = OTHER;
        try {
            header = reader.header(message);
            type = TYPES.contains(header.type()) ? header.type() : type;
            String key = key(header, message);
            byte[] before = before(key);
            if (before != null) {
                messages.increment(type, "REPEATED");
                lastTaken = System.nanoTime();
                return before;
            }
            byte[] answer = carriedOut(header, message, type, sender);
            remember(key, answer);
            return answer;
        } catch (Hl7Exception e) {
            return refused(header, type, sender, e);
        } finally {
            seconds.observe((System.nanoTime() - start) / 1e9, type);
        }
    }

    /** The answer to what came whole and can only be refused. */
    byte[] tooLong() {
        messages.increment(OTHER, AckCode.AE.name());
        return acknowledgment.refused(
                Header.none(StandardCharsets.ISO_8859_1),
                new Hl7Exception(ErrorCode.DATA_TYPE, "the message is too long"));
    }

    private byte[] carriedOut(Header header, byte[] message, String type, String sender)
            throws Hl7Exception {
        try {
            check(header);
            List<Hl7Event> asked = events.of(reader.read(message, header));
            for (Hl7Event event : asked) {
                receiver.take(event, sender);
            }
            messages.increment(type, AckCode.AA.name());
            lastTaken = System.nanoTime();
            LOG.debug("{}^{} from {} taken", type, header.trigger(), sender);
            return acknowledgment.taken(header);
        } catch (Hl7Exception e) {
            if (e.code().answer() == AckCode.AE) {
                return refused(header, type, sender, e);
            }
            throw e;
        } catch (IOException e) {
            LOG.error("{}^{} from {} cannot be taken now", type, header.trigger(), sender, e);
            throw new Hl7Exception(ErrorCode.INTERNAL, "it cannot be stored now: send it again", e);
        }
    }

    private byte[] refused(Header header, String type, String sender, Hl7Exception why) {
        messages.increment(type, why.code().answer().name());
        LOG.warn(
                "{}^{} from {} answered {}: {}",
                type,
                header.trigger(),
                sender,
                why.code().answer(),
                why.getMessage());
        return acknowledgment.refused(header, why);
    }

    private static void check(Header header) throws Hl7Exception {
        if (header.controlId().isEmpty()) {
            throw new Hl7Exception(ErrorCode.REQUIRED_FIELD_MISSING, "MSH-10 is empty");
        }
        if (!header.component(12, 1).startsWith("2.")) {
            throw new Hl7Exception(ErrorCode.UNSUPPORTED_VERSION, "MSH-12 is no version 2");
        }
        String processing = header.component(11, 1);
        if (!processing.isEmpty() && !processing.equals("P")) {
            throw new Hl7Exception(
                    ErrorCode.UNSUPPORTED_PROCESSING_ID, "only production is taken, MSH-11 P");
        }
    }

    private static String key(Header header, byte[] message) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(message);
            return header.field(3)
                    + '\r'
                    + header.field(4)
                    + '\r'
                    + header.controlId()
                    + '\r'
                    + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private byte[] before(String key) {
        synchronized (answered) {
            return answered.get(key);
        }
    }

    private void remember(String key, byte[] answer) {
        synchronized (answered) {
            answered.put(key, answer);
        }
    }
}
