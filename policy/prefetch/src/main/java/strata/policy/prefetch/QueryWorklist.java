package strata.policy.prefetch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.PatientLinks;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.network.Association;
import strata.network.DimseClient;
import strata.network.RequestOptions;
import strata.network.dimse.Status;
import strata.policy.prefetch.PrefetchOptions.Procedure;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Asks a modality worklist, PS3.4 K, for the scheduled steps of today and the days ahead. What it
 * lists is expected; what it listed before and no longer does is called off, but only after an
 * answer that came whole. Not thread-safe.
 */
public final class QueryWorklist {
    /** Modality Worklist Information Model - FIND. */
    static final Uid SOP_CLASS = new Uid("1.2.840.10008.5.1.4.31");

    /** Most steps that are taken from one answer. */
    static final int MAX_STEPS = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(QueryWorklist.class);
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

    private final DimseClient client;
    private final Supplier<RequestOptions> route;
    private final String name;
    private final ZoneId zone;
    private final AppointmentBook book;
    private final Prefetch prefetch;
    private final PrefetchOptions options;
    private final Metrics.Counter steps;
    private final Metrics.Counter queries;

    /**
     * @param name of the worklist, part of the keys of what it lists: its AE title
     * @param route the association to it, without contexts
     * @param zone of its dates and times
     */
    public QueryWorklist(
            DimseClient client,
            Supplier<RequestOptions> route,
            String name,
            ZoneId zone,
            AppointmentBook book,
            Prefetch prefetch,
            PrefetchOptions options,
            Metrics metrics) {
        this.client = client;
        this.route = route;
        this.name = name;
        this.zone = zone;
        this.book = book;
        this.prefetch = prefetch;
        this.options = options;
        this.steps = metrics.counter(
                "strata_prefetch_worklist_steps_total", "Scheduled steps that a worklist listed");
        this.queries = metrics.counter(
                        "strata_prefetch_worklist_queries_total", "Worklist queries", "result")
                .known("failed");
    }

    /** One query; a failure is told in the log and by a metric, and changes nothing. */
    public void run(Supplier<Instant> now) {
        Instant time = now.get();
        LocalDate first = LocalDate.ofInstant(time, zone);
        LocalDate last = LocalDate.ofInstant(time.plus(options.ahead()), zone);
        try {
            Set<String> listed = new HashSet<>();
            Status status = ask(identifier(first, last), match -> {
                if (listed.size() >= MAX_STEPS) {
                    throw new IOException("the worklist lists more than " + MAX_STEPS + " steps");
                }
                take(match, now).ifPresent(listed::add);
            });
            if (!status.isDone()) {
                throw new IOException("the worklist answers " + status);
            }
            callOff(listed, first, last, now);
            steps.add(listed.size());
            queries.increment("answered");
            LOG.debug("worklist {} lists {} steps", name, listed.size());
        } catch (IOException e) {
            queries.increment("failed");
            LOG.warn("worklist {} cannot be asked now: {}", name, e.getMessage());
        }
    }

    private Status ask(DataSet identifier, strata.network.FindCallback matches) throws IOException {
        RequestOptions request = route.get()
                .propose(
                        SOP_CLASS,
                        List.of(
                                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
                                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid()));
        try (Association association = client.open(request)) {
            Status status = association.find(SOP_CLASS, identifier, matches);
            association.release();
            return status;
        }
    }

    private static DataSet identifier(LocalDate first, LocalDate last) {
        DataSet step = new DataSet()
                .putEmpty(Tag.Modality, Vr.CS)
                .putEmpty(Tag.ScheduledStationAETitle, Vr.AE)
                .putString(
                        Tag.ScheduledProcedureStepStartDate,
                        Vr.DA,
                        first.format(DAY) + "-" + last.format(DAY))
                .putEmpty(Tag.ScheduledProcedureStepStartTime, Vr.TM)
                .putItems(Tag.ScheduledProtocolCodeSequence, List.of(code()))
                .putEmpty(Tag.ScheduledProcedureStepID, Vr.SH);
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 192")
                .putEmpty(Tag.AccessionNumber, Vr.SH)
                .putEmpty(Tag.PatientID, Vr.LO)
                .putEmpty(Tag.IssuerOfPatientID, Vr.LO)
                .putEmpty(Tag.StudyInstanceUID, Vr.UI)
                .putItems(Tag.RequestedProcedureCodeSequence, List.of(code()))
                .putItems(Tag.ScheduledProcedureStepSequence, List.of(step))
                .putEmpty(Tag.RequestedProcedureID, Vr.SH);
    }

    private static DataSet code() {
        return new DataSet().putEmpty(Tag.CodeValue, Vr.SH);
    }

    /** The key of what was listed; empty for a step that names no patient, day or step. */
    private Optional<String> take(DataSet match, Supplier<Instant> now) throws IOException {
        List<DataSet> items = match.items(Tag.ScheduledProcedureStepSequence);
        Optional<String> key = items.isEmpty() ? Optional.empty() : key(match, items.get(0));
        Optional<Appointment> appointment = key.isEmpty()
                ? Optional.empty()
                : appointment(key.get(), match, items.get(0), now.get());
        if (appointment.isEmpty()) {
            LOG.debug("worklist {} lists a step without patient, day or id", name);
            return Optional.empty();
        }
        if (book.expect(appointment.get())) {
            prefetch.changed(key.get(), now);
        }
        return key;
    }

    private Optional<String> key(DataSet match, DataSet step) {
        String of = match.string(Tag.StudyInstanceUID)
                .or(() -> match.string(Tag.AccessionNumber))
                .or(() -> match.string(Tag.RequestedProcedureID))
                .orElse("");
        String id = step.string(Tag.ScheduledProcedureStepID).orElse("");
        return of.isEmpty() && id.isEmpty()
                ? Optional.empty()
                : Optional.of(prefix() + of + "/" + id);
    }

    private String prefix() {
        return "worklist/" + name + "/";
    }

    private Optional<Appointment> appointment(
            String key, DataSet match, DataSet step, Instant now) {
        Optional<Instant> at = at(step);
        if (at.isEmpty()) {
            return Optional.empty();
        }
        Procedure known = procedure(match, step);
        Optional<String> modality =
                step.string(Tag.Modality).map(text -> text.strip().toUpperCase(Locale.ROOT));
        return PatientLinks.idOf(
                        match.string(Tag.PatientID).orElse(""),
                        match.string(Tag.IssuerOfPatientID).orElse(""))
                .map(patient -> new Appointment(
                        key,
                        patient,
                        modality.isPresent() ? modality : known.modality(),
                        known.bodyParts(),
                        at,
                        now));
    }

    private Procedure procedure(DataSet match, DataSet step) {
        for (List<DataSet> codes : List.of(
                step.items(Tag.ScheduledProtocolCodeSequence),
                match.items(Tag.RequestedProcedureCodeSequence))) {
            for (DataSet code : codes) {
                Procedure known =
                        options.procedures().get(code.string(Tag.CodeValue).orElse(""));
                if (known != null) {
                    return known;
                }
            }
        }
        return new Procedure(Optional.empty(), List.of());
    }

    private Optional<Instant> at(DataSet step) {
        try {
            LocalDate day = LocalDate.parse(
                    step.string(Tag.ScheduledProcedureStepStartDate).orElse(""), DAY);
            String time = step.string(Tag.ScheduledProcedureStepStartTime).orElse("");
            LocalTime of = time.matches("([01][0-9]|2[0-3])[0-5][0-9].*")
                    ? LocalTime.of(
                            Integer.parseInt(time.substring(0, 2)),
                            Integer.parseInt(time.substring(2, 4)))
                    : LocalTime.MIDNIGHT;
            return Optional.of(day.atTime(of).atZone(zone).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private void callOff(Set<String> listed, LocalDate first, LocalDate last, Supplier<Instant> now)
            throws IOException {
        Instant from = first.atStartOfDay(zone).toInstant();
        Instant to = last.plusDays(1).atStartOfDay(zone).toInstant().minusMillis(1);
        for (String key : book.keys(prefix(), from, to)) {
            if (!listed.contains(key) && book.end(key)) {
                prefetch.changed(key, now);
            }
        }
    }
}
