package strata.hl7;

import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.model.Segment;
import ca.uhn.hl7v2.util.Terser;

import java.util.List;

/** A message of which the segments that matter here were read, in their order. */
final class Hl7Message {
    private final Header header;
    private final List<Segment> segments;

    Hl7Message(Header header, List<Segment> segments) {
        this.header = header;
        this.segments = List.copyOf(segments);
    }

    Header header() {
        return header;
    }

    List<Segment> segments() {
        return segments;
    }

    /** The first segment of a name. */
    Segment required(String name) throws Hl7Exception {
        return segments.stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new Hl7Exception(ErrorCode.SEGMENT_SEQUENCE, "the message has no " + name));
    }

    /** The first component of the first repetition, unescaped; empty when missing. */
    static String text(Segment segment, int field) throws Hl7Exception {
        return text(segment, field, 0, 1, 1);
    }

    static String text(Segment segment, int field, int component) throws Hl7Exception {
        return text(segment, field, 0, component, 1);
    }

    /**
     * @param repetition from 0
     * @param component and subcomponent, from 1
     */
    static String text(Segment segment, int field, int repetition, int component, int subcomponent)
            throws Hl7Exception {
        try {
            if (repetition >= repetitions(segment, field)) {
                return "";
            }
            String value = Terser.get(segment, field, repetition, component, subcomponent);
            // Two quotes mean: remove what is there, HL7 2.5.1 2.5.3.
            return value == null || value.equals("\"\"") ? "" : value.strip();
        } catch (HL7Exception e) {
            throw new Hl7Exception(
                    ErrorCode.DATA_TYPE, segment.getName() + "-" + field + " cannot be read", e);
        }
    }

    static int repetitions(Segment segment, int field) throws Hl7Exception {
        try {
            return field > segment.numFields() ? 0 : segment.getField(field).length;
        } catch (HL7Exception e) {
            throw new Hl7Exception(
                    ErrorCode.DATA_TYPE, segment.getName() + "-" + field + " cannot be read", e);
        }
    }
}
