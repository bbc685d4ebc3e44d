package strata.hl7;

import ca.uhn.hl7v2.model.Segment;

import strata.hl7.Hl7Event.ExaminationEnded;
import strata.hl7.Hl7Event.ExaminationExpected;
import strata.hl7.Hl7Event.PatientsMerged;
import strata.hl7.Hl7Event.PatientsUnlinked;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What messages ask for. A trigger that changes which studies belong to whom and is not carried out
 * here is refused, so that nobody believes it was; one that changes nothing for an archive is taken
 * and does nothing.
 */
final class ReadEvents {
    private static final Set<String> MERGES =
            Set.of("A18", "A30", "A34", "A36", "A39", "A40", "A46", "A47");

    /** Moves of accounts and visits, and links, which would be believed done. */
    private static final Set<String> REFUSED = Set.of(
            "A24", "A35", "A38", "A41", "A42", "A43", "A44", "A45", "A48", "A49", "A50", "A51");

    private static final Set<String> BOOKED = Set.of("S12", "S13", "S14");
    private static final Set<String> CALLED_OFF = Set.of("S15", "S16", "S17", "S26");

    /** ORC-1: the order goes away; table 0119. */
    private static final Set<String> CANCELS = Set.of("CA", "OC", "CR", "DC", "OD", "DR");

    /** ORC-5: the order is over; table 0038. */
    private static final Set<String> OVER = Set.of("CM", "CA", "DC", "ER");

    private final Identities identities;
    private final Hl7Options options;

    ReadEvents(Hl7Options options) {
        this.options = options;
        this.identities = new Identities(options.domain());
    }

    /** Empty for a message that changes nothing here. */
    List<Hl7Event> of(Hl7Message message) throws Hl7Exception {
        String trigger = message.header().trigger();
        return switch (message.header().type()) {
            case "ADT" -> patients(message, trigger);
            case "ORM" -> orders(message, trigger, "O01");
            case "OMI" -> orders(message, trigger, "O23");
            case "SIU" -> appointment(message, trigger);
            default ->
                throw new Hl7Exception(
                        ErrorCode.UNSUPPORTED_MESSAGE_TYPE, "MSH-9 is no ADT, ORM, OMI or SIU");
        };
    }

    private List<Hl7Event> patients(Hl7Message message, String trigger) throws Hl7Exception {
        if (MERGES.contains(trigger)) {
            return merges(message);
        }
        if (trigger.equals("A37")) {
            List<Segment> both = message.segments().stream()
                    .filter(each -> each.getName().equals("PID"))
                    .toList();
            if (both.size() != 2) {
                throw new Hl7Exception(ErrorCode.SEGMENT_SEQUENCE, "A37 has two PID");
            }
            return List.of(new PatientsUnlinked(
                    identities.patient(both.get(0)), identities.patient(both.get(1))));
        }
        if (REFUSED.contains(trigger) || !trigger.matches("A[0-9]{2}")) {
            throw new Hl7Exception(
                    ErrorCode.UNSUPPORTED_EVENT, "this event is not carried out here");
        }
        return List.of();
    }

    /** Pairs of PID and MRG; one message may have several. */
    private List<Hl7Event> merges(Hl7Message message) throws Hl7Exception {
        List<Hl7Event> events = new ArrayList<>();
        Segment pid = null;
        for (Segment segment : message.segments()) {
            if (segment.getName().equals("PID")) {
                pid = segment;
            } else if (segment.getName().equals("MRG")) {
                if (pid == null) {
                    throw new Hl7Exception(ErrorCode.SEGMENT_SEQUENCE, "MRG stands before PID");
                }
                PatientIdentity survivor = identities.patient(pid);
                events.add(new PatientsMerged(survivor, identities.priors(segment, survivor)));
            }
        }
        if (events.isEmpty()) {
            message.required("PID");
            message.required("MRG");
        }
        return events;
    }

    private List<Hl7Event> orders(Hl7Message message, String trigger, String expected)
            throws Hl7Exception {
        if (!trigger.equals(expected)) {
            throw new Hl7Exception(
                    ErrorCode.UNSUPPORTED_EVENT, "of orders, ORM^O01 and OMI^O23 are read");
        }
        message.required("ORC");
        PatientIdentity patient = identities.patient(message.required("PID"));
        List<Hl7Event> events = new ArrayList<>();
        List<Segment> group = new ArrayList<>();
        for (Segment segment : message.segments()) {
            if (segment.getName().equals("ORC") && !group.isEmpty()) {
                events.add(order(patient, group));
                group = new ArrayList<>();
            }
            if (segment.getName().equals("ORC") || !group.isEmpty()) {
                group.add(segment);
            }
        }
        events.add(order(patient, group));
        return events;
    }

    /** One order: ORC and what follows it. */
    private Hl7Event order(PatientIdentity patient, List<Segment> group) throws Hl7Exception {
        Segment orc = group.get(0);
        String placer = first(group, List.of("ORC", "OBR"), 2);
        String filler = first(group, List.of("ORC", "OBR"), 3);
        String key = placer.isEmpty() ? filler : placer;
        if (key.isEmpty()) {
            throw new Hl7Exception(
                    ErrorCode.REQUIRED_FIELD_MISSING, "neither ORC-2 nor ORC-3 names the order");
        }
        String control = Hl7Message.text(orc, 1);
        if (control.isEmpty()) {
            throw new Hl7Exception(ErrorCode.REQUIRED_FIELD_MISSING, "ORC-1 is empty");
        }
        if (CANCELS.contains(control) || OVER.contains(Hl7Message.text(orc, 5))) {
            return new ExaminationEnded("order/" + key);
        }
        String modality = first(group, List.of("IPC"), 5);
        String section = first(group, List.of("OBR"), 24);
        return new ExaminationExpected(
                "order/" + key,
                patient,
                first(group, List.of("OBR"), 4),
                modality(modality.isEmpty() ? section : modality),
                bodyPart(component(group, "OBR", 15, 4)),
                time(group));
    }

    /** TQ1-7, else OBR-36, else the fourth component of ORC-7 or OBR-27 of older messages. */
    private Optional<Instant> time(List<Segment> group) throws Hl7Exception {
        for (String text : List.of(
                first(group, List.of("TQ1"), 7),
                first(group, List.of("OBR"), 36),
                component(group, "ORC", 7, 4),
                component(group, "OBR", 27, 4))) {
            Optional<Instant> at = Timestamps.of(text, options.zone());
            if (at.isPresent()) {
                return at;
            }
        }
        return Optional.empty();
    }

    private List<Hl7Event> appointment(Hl7Message message, String trigger) throws Hl7Exception {
        Segment sch = message.required("SCH");
        String filler = Hl7Message.text(sch, 2);
        String id = filler.isEmpty() ? Hl7Message.text(sch, 1) : filler;
        if (id.isEmpty()) {
            throw new Hl7Exception(
                    ErrorCode.REQUIRED_FIELD_MISSING, "neither SCH-1 nor SCH-2 names it");
        }
        String key = "appointment/" + id;
        if (CALLED_OFF.contains(trigger)) {
            return List.of(new ExaminationEnded(key));
        }
        if (!BOOKED.contains(trigger)) {
            throw new Hl7Exception(
                    ErrorCode.UNSUPPORTED_EVENT, "of SIU, S12 to S17 and S26 are read");
        }
        List<Segment> all = message.segments();
        Optional<Instant> at = Optional.empty();
        for (String text : List.of(
                first(all, List.of("TQ1"), 7),
                first(all, List.of("AIS"), 4),
                component(all, "SCH", 11, 4))) {
            at = at.isPresent() ? at : Timestamps.of(text, options.zone());
        }
        return List.of(new ExaminationExpected(
                key,
                identities.patient(message.required("PID")),
                first(all, List.of("AIS"), 3),
                modality(first(all, List.of("OBR"), 24)),
                bodyPart(component(all, "OBR", 15, 4)),
                at));
    }

    private static Optional<String> modality(String text) {
        return text.matches("[A-Z0-9_]{1,16}") ? Optional.of(text) : Optional.empty();
    }

    private static Optional<String> bodyPart(String text) {
        String upper = text.toUpperCase(java.util.Locale.ROOT);
        return upper.matches("[A-Z0-9_ ]{1,16}") ? Optional.of(upper) : Optional.empty();
    }

    private static String first(List<Segment> group, List<String> names, int field)
            throws Hl7Exception {
        for (String name : names) {
            String text = component(group, name, field, 1);
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    private static String component(List<Segment> group, String name, int field, int component)
            throws Hl7Exception {
        for (Segment segment : group) {
            if (segment.getName().equals(name)) {
                return Hl7Message.text(segment, field, component);
            }
        }
        return "";
    }
}
