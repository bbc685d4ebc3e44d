package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What merged patients mean for one query. An entity is answered as of the surviving patient. It
 * matches when the query's patient keys meet it as it was received, or as it is answered, or when
 * the query names any identifier of its class and the other keys meet it.
 */
final class LinkedPatients {
    private final PatientLinks links;
    private final QueryKeys keys;
    private final QueryKeys keysBesideId;
    private final Set<PatientLinks.Family> named = new LinkedHashSet<>();
    private final Set<PatientLinks.Family> answered = new HashSet<>();

    LinkedPatients(PatientLinks links, QuerySpec spec, QueryKeys keys) {
        this.links = links;
        this.keys = keys;
        if (links.isEmpty()) {
            this.keysBesideId = keys;
            return;
        }
        DataSet others = new DataSet().putAll(spec.identifier());
        others.putEmpty(Tag.PatientID, Vr.LO).putEmpty(Tag.IssuerOfPatientID, Vr.LO);
        this.keysBesideId = new QueryKeys(new QuerySpec(
                spec.root(), spec.level(), others, true, spec.options(), spec.retrieveAeTitle()));
        String issuer = spec.identifier().string(Tag.IssuerOfPatientID).orElse("");
        for (String id : spec.identifier().strings(Tag.PatientID)) {
            PatientLinks.idOf(id, issuer).flatMap(links::family).ifPresent(named::add);
        }
    }

    /** The class of an entity; empty when nobody was merged with its patient. */
    Optional<PatientLinks.Family> family(DataSet entity) {
        return links.isEmpty()
                ? Optional.empty()
                : PatientLinks.idOf(entity).flatMap(links::family);
    }

    /** Whether the entity meets the patient keys; it is then as of the survivor. */
    boolean accept(DataSet entity) {
        boolean asReceived = keys.match(QueryLevel.PATIENT, entity);
        Optional<PatientLinks.Family> family = family(entity);
        if (family.isEmpty()) {
            return asReceived;
        }
        boolean besideId = keysBesideId.match(QueryLevel.PATIENT, entity);
        family.get().survivor().over(entity);
        return asReceived
                || keys.match(QueryLevel.PATIENT, entity)
                || named.contains(family.get())
                        && (besideId || keysBesideId.match(QueryLevel.PATIENT, entity));
    }

    /**
     * The classes to which the plan may not lead, since it goes by what was received: those that
     * the query means by another identifier, or by the survivor's name.
     */
    Set<PatientLinks.Family> beside(QueryPlan plan) {
        if (links.isEmpty() || !(plan instanceof QueryPlan.Index index)) {
            return Set.of();
        }
        int tag;
        if (index.kind() == StudyIndex.Kind.PATIENT) {
            tag = Tag.PatientID;
        } else if (index.kind() == StudyIndex.Kind.NAME) {
            tag = Tag.PatientName;
        } else {
            return Set.of();
        }
        Set<PatientLinks.Family> beside = new LinkedHashSet<>(named);
        for (PatientLinks.Family family : links.families()) {
            DataSet said = new DataSet().putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 192");
            family.survivor().over(said);
            if (said.contains(tag) && keys.meets(tag, said)) {
                beside.add(family);
            }
        }
        return beside;
    }

    /** The way to the studies of classes; empty for no class. */
    static Optional<QueryPlan.Index> way(Set<PatientLinks.Family> families) {
        List<QueryPlan.Range> ranges = new ArrayList<>();
        families.forEach(family -> ranges.addAll(ranges(family)));
        return ranges.isEmpty()
                ? Optional.empty()
                : Optional.of(QueryPlan.Index.of(StudyIndex.Kind.PATIENT, ranges));
    }

    private static List<QueryPlan.Range> ranges(PatientLinks.Family family) {
        return family.all().stream()
                .map(id ->
                        QueryPlan.Range.prefix(StudyIndex.Kind.PATIENT, id.id() + StudyIndex.PART))
                .toList();
    }

    /** Keys and counts of a whole class; empty when none of its studies is here. */
    Optional<DataSet> whole(RowView view, PatientLinks.Family family) throws IOException {
        return PatientSource.whole(
                view,
                ranges(family),
                study -> family(study.data()).filter(family::equals).isPresent());
    }

    /** Whether a class was not yet answered as a patient; it counts as answered from now on. */
    boolean answers(PatientLinks.Family family) {
        return answered.add(family);
    }

    boolean isAnswered(PatientLinks.Family family) {
        return answered.contains(family);
    }
}
