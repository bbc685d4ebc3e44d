package strata.hl7;

import ca.uhn.hl7v2.model.Segment;

import java.util.ArrayList;
import java.util.List;

/** The patients that PID and MRG segments name. */
final class Identities {
    private static final int PID_EXTERNAL = 2;
    private static final int PID_LIST = 3;
    private static final int PID_NAME = 5;
    private static final int PID_BIRTH = 7;
    private static final int PID_SEX = 8;
    private static final int MRG_LIST = 1;

    private final String domain;

    Identities(String domain) {
        this.domain = domain;
    }

    private record Cx(String id, String authority, String type) {}

    /** The patient of a PID. */
    PatientIdentity patient(Segment pid) throws Hl7Exception {
        List<Cx> list = list(pid, PID_LIST);
        if (list.isEmpty()) {
            list = list(pid, PID_EXTERNAL);
        }
        if (list.isEmpty()) {
            throw new Hl7Exception(ErrorCode.REQUIRED_FIELD_MISSING, "PID-3 names no patient");
        }
        Cx id = chosen(list);
        return new PatientIdentity(id.id, id.authority, name(pid), birthDate(pid), sex(pid));
    }

    /** Those of an MRG that are of the survivor's domain, else the one that would be chosen. */
    List<PatientIdentity> priors(Segment mrg, PatientIdentity survivor) throws Hl7Exception {
        List<Cx> list = list(mrg, MRG_LIST);
        if (list.isEmpty()) {
            throw new Hl7Exception(ErrorCode.REQUIRED_FIELD_MISSING, "MRG-1 names no patient");
        }
        List<PatientIdentity> priors = new ArrayList<>();
        for (Cx each : list) {
            if (each.authority.equals(survivor.authority())) {
                priors.add(bare(each));
            }
        }
        return priors.isEmpty() ? List.of(bare(chosen(list))) : priors;
    }

    private static PatientIdentity bare(Cx id) {
        return new PatientIdentity(id.id, id.authority, "", "", "");
    }

    /** Of the site's domain; else a medical record number; else the first. */
    private Cx chosen(List<Cx> list) {
        for (Cx each : list) {
            if (!domain.isEmpty() && each.authority.equals(domain)) {
                return each;
            }
        }
        for (Cx each : list) {
            if (each.type.equals("MR")) {
                return each;
            }
        }
        return list.get(0);
    }

    private List<Cx> list(Segment segment, int field) throws Hl7Exception {
        List<Cx> list = new ArrayList<>();
        for (int i = 0; i < Hl7Message.repetitions(segment, field); i++) {
            String id = Hl7Message.text(segment, field, i, 1, 1);
            if (!id.isEmpty()) {
                String authority = Hl7Message.text(segment, field, i, 4, 1);
                list.add(new Cx(
                        id,
                        authority.isEmpty() ? domain : authority,
                        Hl7Message.text(segment, field, i, 5, 1)));
            }
        }
        return list;
    }

    /** XPN family^given^middle^suffix^prefix as DICOM's family^given^middle^prefix^suffix. */
    private static String name(Segment pid) throws Hl7Exception {
        String family = part(pid, 1);
        String[] parts = {family, part(pid, 2), part(pid, 3), part(pid, 5), part(pid, 4)};
        String name = String.join("^", parts);
        int end = name.length();
        while (end > 0 && name.charAt(end - 1) == '^') {
            end--;
        }
        return name.substring(0, end);
    }

    private static String part(Segment pid, int component) throws Hl7Exception {
        return Hl7Message.text(pid, PID_NAME, component).replaceAll("[\\^=\\\\\\p{Cntrl}]", " ");
    }

    private static String birthDate(Segment pid) throws Hl7Exception {
        String text = Hl7Message.text(pid, PID_BIRTH);
        return text.matches("[0-9]{8}.*") ? text.substring(0, 8) : "";
    }

    private static String sex(Segment pid) throws Hl7Exception {
        String text = Hl7Message.text(pid, PID_SEX);
        return text.matches("[MFO]") ? text : "";
    }
}
