package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.util.Objects;

/**
 * Who a patient is, as whoever registers patients says it. Patient data: not for logs.
 *
 * @param name Patient's Name, as PN; empty where it is not said
 * @param birthDate eight digits, or empty
 * @param sex M, F, O, or empty
 */
public record Person(PatientId id, String name, String birthDate, String sex) {
    private static final int MAX_NAME = 324;

    /** @throws IllegalArgumentException for what the attributes cannot hold */
    public Person {
        Objects.requireNonNull(id);
        if (name.length() > MAX_NAME || name.chars().anyMatch(c -> c < 0x20 || c == '\\')) {
            throw new IllegalArgumentException("a name that PN cannot hold");
        }
        if (!birthDate.matches("([0-9]{8})?")) {
            throw new IllegalArgumentException("a date of birth has eight digits");
        }
        if (!sex.matches("[MFO]?")) {
            throw new IllegalArgumentException("a sex is M, F or O");
        }
    }

    public static Person of(PatientId id) {
        return new Person(id, "", "", "");
    }

    /** Puts what is said over what is there. */
    void over(DataSet data) {
        data.putString(Tag.PatientID, Vr.LO, id.id());
        put(data, Tag.IssuerOfPatientID, Vr.LO, id.issuer());
        put(data, Tag.PatientName, Vr.PN, name);
        put(data, Tag.PatientBirthDate, Vr.DA, birthDate);
        put(data, Tag.PatientSex, Vr.CS, sex);
    }

    private static void put(DataSet data, int tag, Vr vr, String value) {
        if (!value.isEmpty()) {
            data.putString(tag, vr, value);
        }
    }

    /** Nothing that identifies. */
    @Override
    public String toString() {
        return "a person";
    }
}
