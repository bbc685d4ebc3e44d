package strata.hl7;

/**
 * A patient as a message names one. Patient data: not for logs. Values are as in the message, not
 * yet judged.
 *
 * @param id CX.1
 * @param authority CX.4.1, or what the configuration takes where it is missing; may be empty
 * @param name PID-5.1 to 5.5 as a DICOM name; empty when missing
 * @param birthDate the eight digits of PID-7, or empty
 * @param sex M, F or O, or empty
 */
public record PatientIdentity(
        String id, String authority, String name, String birthDate, String sex) {
    /** Nothing that identifies. */
    @Override
    public String toString() {
        return "a patient";
    }
}
