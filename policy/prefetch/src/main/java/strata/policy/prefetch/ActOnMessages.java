package strata.policy.prefetch;

import strata.catalog.PatientId;
import strata.catalog.Person;
import strata.hl7.ErrorCode;
import strata.hl7.Hl7Event;
import strata.hl7.Hl7Exception;
import strata.hl7.Hl7Receiver;
import strata.hl7.PatientIdentity;
import strata.policy.lifecycle.patients.PatientBook;
import strata.policy.prefetch.PrefetchOptions.Procedure;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Carries out what HL7 messages ask for: merges, and examinations. Thread-safe. */
public final class ActOnMessages implements Hl7Receiver {
    private final PatientBook patients;
    private final AppointmentBook appointments;
    private final Prefetch prefetch;
    private final PrefetchOptions options;
    private final Supplier<Instant> now;

    /** @param now the store's reckoning of time */
    public ActOnMessages(
            PatientBook patients,
            AppointmentBook appointments,
            Prefetch prefetch,
            PrefetchOptions options,
            Supplier<Instant> now) {
        this.patients = patients;
        this.appointments = appointments;
        this.prefetch = prefetch;
        this.options = options;
        this.now = now;
    }

    @Override
    public void take(Hl7Event event, String sender) throws IOException {
        try {
            if (event instanceof Hl7Event.PatientsMerged merged) {
                merge(merged, sender);
            } else if (event instanceof Hl7Event.PatientsUnlinked unlinked) {
                patients.unlink(
                        id(unlinked.one()), id(unlinked.other()), now.get(), "hl7 " + sender);
            } else if (event instanceof Hl7Event.ExaminationExpected expected) {
                expect(expected);
            } else if (event instanceof Hl7Event.ExaminationEnded ended) {
                appointments.end(Appointment.checkedKey(ended.key()));
                prefetch.changed(ended.key(), now);
            }
        } catch (IllegalArgumentException e) {
            // Their texts name attributes, not values.
            throw new Hl7Exception(ErrorCode.DATA_TYPE, e.getMessage(), e);
        }
    }

    private void merge(Hl7Event.PatientsMerged merged, String sender) throws IOException {
        PatientIdentity named = merged.survivor();
        Person survivor = new Person(id(named), named.name(), named.birthDate(), named.sex());
        for (PatientIdentity prior : merged.priors()) {
            patients.merge(id(prior), survivor, now.get(), "hl7 " + sender);
        }
    }

    private void expect(Hl7Event.ExaminationExpected expected) throws IOException {
        Procedure known = options.procedures()
                .getOrDefault(expected.service(), new Procedure(Optional.empty(), List.of()));
        Instant time = now.get();
        Appointment appointment = new Appointment(
                expected.key(),
                id(expected.patient()),
                known.modality().isPresent() ? known.modality() : expected.modality(),
                known.bodyParts().isEmpty()
                        ? expected.bodyPart().map(List::of).orElse(List.of())
                        : known.bodyParts(),
                expected.at(),
                time);
        if (appointments.expect(appointment)) {
            prefetch.changed(appointment.key(), now);
        }
    }

    private static PatientId id(PatientIdentity identity) {
        return new PatientId(identity.id(), identity.authority());
    }
}
