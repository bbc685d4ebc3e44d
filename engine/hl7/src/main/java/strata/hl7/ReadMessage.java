package strata.hl7;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.model.GenericMessage;
import ca.uhn.hl7v2.model.GenericSegment;
import ca.uhn.hl7v2.model.Segment;
import ca.uhn.hl7v2.parser.EncodingCharacters;
import ca.uhn.hl7v2.parser.GenericModelClassFactory;
import ca.uhn.hl7v2.parser.PipeParser;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads messages within limits. Only the segments that this archive acts on are given to the
 * library, one at a time and after their size and their separators were counted, so that its memory
 * is bounded by the limits. Thread-safe.
 */
final class ReadMessage {
    private static final Set<String> READ =
            Set.of("PID", "MRG", "ORC", "OBR", "TQ1", "IPC", "SCH", "AIS");

    private final Hl7Limits limits;
    private final PipeParser parser;

    ReadMessage(Hl7Limits limits) {
        this.limits = limits;
        this.parser = new DefaultHapiContext(new GenericModelClassFactory()).getPipeParser();
    }

    /** The header of a message, from its bytes; also of one whose rest is not sound. */
    Header header(byte[] message) throws Hl7Exception {
        int end = 0;
        while (end < message.length && message[end] != '\r' && message[end] != '\n') {
            end++;
        }
        if (end > limits.segmentChars()) {
            throw new Hl7Exception(ErrorCode.DATA_TYPE, "MSH is too long");
        }
        // ASCII in every set that is read, as far as it has to be understood.
        String plain = new String(message, 0, end, StandardCharsets.ISO_8859_1);
        Header first = Header.of(plain, StandardCharsets.ISO_8859_1);
        Charset charset = CharacterSets.of(first.field(18), first.encoding().charAt(1), message);
        return Header.of(new String(message, 0, end, charset), charset);
    }

    /** @throws Hl7Exception with a text that holds no value of the message */
    Hl7Message read(byte[] message, Header header) throws Hl7Exception {
        for (byte each : message) {
            if (each == 0) {
                throw new Hl7Exception(ErrorCode.DATA_TYPE, "the message has a NUL");
            }
        }
        String text;
        try {
            text = CharacterSets.decode(message, header.charset());
        } catch (CharacterCodingException e) {
            throw new Hl7Exception(
                    ErrorCode.DATA_TYPE, "the text is not in the character set of MSH-18", e);
        }
        List<Segment> segments = new ArrayList<>();
        EncodingCharacters separators =
                new EncodingCharacters(header.separator(), header.encoding().substring(0, 4));
        GenericMessage owner = new GenericMessage.V251(new GenericModelClassFactory());
        int count = 0;
        for (int from = 0; from < text.length(); ) {
            int end = end(text, from);
            if (end - from > limits.segmentChars()) {
                throw new Hl7Exception(ErrorCode.DATA_TYPE, "a segment is too long");
            }
            if (end > from && ++count > limits.segments()) {
                throw new Hl7Exception(ErrorCode.SEGMENT_SEQUENCE, "too many segments");
            }
            String segment = text.substring(from, end);
            if (segment.length() > 3
                    && segment.charAt(3) == header.separator()
                    && READ.contains(segment.substring(0, 3))) {
                segments.add(segment(owner, segment, separators));
            }
            from = end + 1;
        }
        return new Hl7Message(header, segments);
    }

    private static int end(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) != '\r' && text.charAt(end) != '\n') {
            end++;
        }
        return end;
    }

    private Segment segment(GenericMessage owner, String text, EncodingCharacters separators)
            throws Hl7Exception {
        String name = text.substring(0, 3);
        char field = separators.getFieldSeparator();
        char repetition = separators.getRepetitionSeparator();
        if (text.chars().filter(c -> c == field || c == repetition).count() > limits.fields()) {
            throw new Hl7Exception(ErrorCode.DATA_TYPE, name + " has too many fields");
        }
        Segment segment = new GenericSegment(owner, name);
        try {
            parser.parse(segment, text, separators);
        } catch (HL7Exception | RuntimeException e) {
            // The library has unchecked exceptions of its own for odd escapes.
            throw new Hl7Exception(ErrorCode.DATA_TYPE, name + " cannot be read", e);
        }
        return segment;
    }
}
