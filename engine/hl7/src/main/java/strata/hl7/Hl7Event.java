package strata.hl7;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a message asks for. */
public sealed interface Hl7Event {
    /** The prior patients are the surviving one: ADT A18, A30, A34, A36, A39, A40, A46, A47. */
    record PatientsMerged(PatientIdentity survivor, List<PatientIdentity> priors)
            implements Hl7Event {
        public PatientsMerged {
            priors = List.copyOf(priors);
        }
    }

    /** Two patients are not one after all: ADT A37. */
    record PatientsUnlinked(PatientIdentity one, PatientIdentity other) implements Hl7Event {}

    /**
     * An examination is expected, or expected otherwise than before.
     *
     * @param key names the order or appointment among all of its kind
     * @param service OBR-4.1 or AIS-3.1, the code of the procedure; may be empty
     * @param modality where the message says it: IPC-5, or OBR-24
     * @param bodyPart where the message says it: OBR-15.4
     * @param at empty when no time is set yet
     */
    record ExaminationExpected(
            String key,
            PatientIdentity patient,
            String service,
            Optional<String> modality,
            Optional<String> bodyPart,
            Optional<Instant> at)
            implements Hl7Event {}

    /** An examination is over, or will not be. */
    record ExaminationEnded(String key) implements Hl7Event {}
}
