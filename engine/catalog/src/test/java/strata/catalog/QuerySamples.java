package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Dictionary;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seeded questions about an {@link Archive}: every type of matching, root and level. */
public final class QuerySamples {
    private static final int[] TEXT_KEYS = {
        Tag.PatientID,
        Tag.PatientName,
        Tag.ReferringPhysicianName,
        Tag.AccessionNumber,
        Tag.StudyDescription,
        Tag.StudyID,
        Tag.SeriesDescription,
        Tag.BodyPartExamined,
        Tag.OperatorsName,
        Tag.ImageType,
        Tag.ModalitiesInStudy,
        Tag.Modality
    };
    private static final int[] RANGE_KEYS = {
        Tag.StudyDate, Tag.StudyTime, Tag.ContentDate, Tag.ContentTime, Tag.AcquisitionDateTime
    };

    private final Archive archive;
    private final Random random;

    public QuerySamples(Archive archive, Random random) {
        this.archive = archive;
        this.random = random;
    }

    /** Any question: about half of those of one key, and some that find nothing. */
    public QuerySpec next() {
        QueryRoot root = random.nextBoolean() ? QueryRoot.PATIENT : QueryRoot.STUDY;
        List<QueryLevel> levels = root == QueryRoot.PATIENT
                ? List.of(QueryLevel.values())
                : List.of(QueryLevel.STUDY, QueryLevel.SERIES, QueryLevel.IMAGE);
        QueryLevel level = levels.get(random.nextInt(levels.size()));
        IndexedVersion sample = archive.pick(archive.versions);
        DataSet identifier = new DataSet();
        for (int tag : TEXT_KEYS) {
            Vr vr = Dictionary.vr(tag);
            switch (random.nextInt(8)) {
                case 0, 1 -> identifier.putEmpty(tag, vr);
                case 2 -> putRandomText(identifier, sample, tag);
                default -> identifier.remove(tag);
            }
        }
        for (int tag : RANGE_KEYS) {
            if (random.nextInt(6) == 0) {
                identifier.putString(tag, Dictionary.vr(tag), range(Dictionary.vr(tag)));
            }
        }
        uids(identifier, sample);
        putSequences(identifier);
        if (random.nextInt(4) == 0) {
            identifier.putString(Tag.InstanceNumber, Vr.IS, "0" + (1 + random.nextInt(2)));
        }
        if (random.nextInt(3) == 0) {
            identifier.putEmpty(Tag.NumberOfStudyRelatedSeries, Vr.IS);
            identifier.putEmpty(Tag.NumberOfStudyRelatedInstances, Vr.IS);
            identifier.putEmpty(Tag.NumberOfPatientRelatedStudies, Vr.IS);
        }
        if (random.nextInt(3) == 0) {
            identifier.putString(
                    Tag.TimezoneOffsetFromUTC, Vr.SH, random.nextBoolean() ? "+0100" : "-0530");
        }
        return new QuerySpec(root, level, identifier, true)
                .with(new MatchOptions(
                        random.nextInt(3) == 0,
                        random.nextInt(4) == 0,
                        random.nextInt(3) == 0,
                        random.nextInt(2) == 0));
    }

    /** One value, or with another one beside it, or the two quotation marks. */
    private void putRandomText(DataSet identifier, IndexedVersion sample, int tag) {
        Vr vr = Dictionary.vr(tag);
        String text = text(tag, sample);
        switch (random.nextInt(6)) {
            case 0 -> identifier.putString(tag, vr, "\"\"");
            case 1 ->
                identifier.putString(tag, vr, text, text(tag, archive.pick(archive.versions)));
            default -> identifier.putString(tag, vr, text);
        }
    }

    private void putSequences(DataSet identifier) {
        if (random.nextInt(6) == 0) {
            DataSet item = new DataSet();
            switch (random.nextInt(4)) {
                case 0 -> item.putEmpty(Tag.PatientID, Vr.LO);
                case 1 -> item.putString(Tag.PatientID, Vr.LO, "OTHER*");
                default -> item.putString(Tag.PatientID, Vr.LO, "OTHER" + random.nextInt(9));
            }
            identifier.putItems(Tag.OtherPatientIDsSequence, List.of(item));
        }
        if (random.nextInt(5) == 0) {
            DataSet item = new DataSet()
                    .putString(
                            Tag.RequestedProcedureID,
                            Vr.SH,
                            random.nextInt(4) == 0 ? "" : "RP" + wild("" + random.nextInt(9)));
            identifier.putItems(Tag.RequestAttributesSequence, List.of(item));
        }
    }

    private void uids(DataSet identifier, IndexedVersion sample) {
        if (random.nextInt(3) == 0) {
            List<String> uids = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                uids.add(archive.pick(archive.versions).entry().key().study().value());
            }
            uids.add(sample.entry().key().study().value());
            identifier.putString(Tag.StudyInstanceUID, Vr.UI, uids.toArray(new String[0]));
        }
        if (random.nextInt(4) == 0) {
            List<String> uids = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                uids.add(archive.pick(archive.versions).entry().key().series().value());
            }
            uids.add(sample.entry().key().series().value());
            identifier.putString(Tag.SeriesInstanceUID, Vr.UI, uids.toArray(new String[0]));
        }
        if (random.nextInt(8) == 0) {
            String uid = sample.entry().key().instance().value();
            identifier.putString(Tag.SOPInstanceUID, Vr.UI, uid, uid, "9.9.9");
        }
    }

    private String text(int tag, IndexedVersion sample) {
        if (tag == Tag.ModalitiesInStudy) {
            return Archive.MODALITIES.get(random.nextInt(Archive.MODALITIES.size()));
        }
        String value = random.nextInt(6) == 0
                ? Archive.NAMES.get(random.nextInt(Archive.NAMES.size()))
                : sample.keys().string(tag).orElse("Doe");
        if (Dictionary.vr(tag) == Vr.PN && random.nextInt(3) == 0) {
            value = random.nextBoolean() ? value.toUpperCase() : value.split("[=^]", 2)[0];
        }
        return random.nextInt(2) == 0 ? wild(value) : value;
    }

    /** Puts wild cards over parts of the text. */
    private String wild(String value) {
        if (value.isEmpty()) {
            return "*";
        }
        int from = random.nextInt(value.length());
        int to = from + random.nextInt(value.length() - from + 1);
        return switch (random.nextInt(4)) {
            case 0 -> value.substring(0, from) + "*";
            case 1 -> "*" + value.substring(from);
            case 2 -> value.substring(0, from) + "?" + value.substring(from + 1);
            default -> value.substring(0, from) + "*" + value.substring(to);
        };
    }

    private String range(Vr vr) {
        String a = moment(vr);
        String b = moment(vr);
        String low = a.compareTo(b) < 0 ? a : b;
        String high = a.compareTo(b) < 0 ? b : a;
        return switch (random.nextInt(4)) {
            case 0 -> low + "-";
            case 1 -> "-" + high;
            case 2 -> low;
            default -> low + "-" + high;
        };
    }

    private String moment(Vr vr) {
        return switch (vr) {
            case DA -> Archive.date(random);
            case TM -> Archive.time(random);
            default -> Archive.moment(random);
        };
    }
}
