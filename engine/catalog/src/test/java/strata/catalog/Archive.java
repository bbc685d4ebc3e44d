package strata.catalog;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A seeded archive in memory: versions with their keys, with the oddities of real ones. */
public final class Archive {
    static final List<String> NAMES = List.of(
            "M\u00fcller^J\u00f6rg",
            "MULLER^JORG^K",
            "Doe^Jane",
            "DOE^John^^Dr",
            "Doe",
            "O'Neil^Shaun",
            "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce=\u3084\u307e\u3060^\u305f\u308d\u3046",
            "Wang^XiaoDong=\u738b^\u5c0f\u6771",
            "\u00c9mile^Zola",
            "Emil^Zolla",
            "Do*e^J?ne",
            "^^^",
            "Doe^^^^",
            "^Jane",
            "Smith^John^^^Jr^extra",
            "Schmidt^John",
            "\u0160e\u0161elj^\u017deljko",
            "Kim^GilDong=\u91d1^\u5409\u6d1e=\uae40^\uae38\ub3d9",
            "de la Cruz^Ana Maria",
            "");
    static final List<String> MODALITIES = List.of("CT", "MR", "CR", "SR", "US");
    static final List<String> DESCRIPTIONS =
            List.of("Head CT", "head mr", "Knee", "Chest PA", "100% * ?", "A*", "");
    private static final List<String> ZONES = List.of("", "+0100", "-0530", "+0900");
    static final List<String> BODY_PARTS = List.of("HEAD", "CHEST", "KNEE", "");
    private final Random random;
    public final List<IndexedVersion> versions = new ArrayList<>();

    public Archive(long seed, int studies) {
        this.random = new Random(seed);
        for (int study = 1; study <= studies; study++) {
            addStudy(study);
        }
        Collections.shuffle(versions, random);
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    static String date(Random random) {
        return String.format(
                "%04d%02d%02d",
                2020 + random.nextInt(3), 1 + random.nextInt(12), 1 + random.nextInt(28));
    }

    static String time(Random random) {
        String time = String.format(
                "%02d%02d%02d", random.nextInt(24), random.nextInt(60), random.nextInt(60));
        return switch (random.nextInt(4)) {
            case 0 -> time + "." + String.format("%03d", random.nextInt(1000));
            case 1 -> time.substring(0, 4);
            default -> time;
        };
    }

    static String moment(Random random) {
        return date(random)
                + (random.nextBoolean() ? "" : time(random))
                + (random.nextInt(4) == 0 ? "+0200" : "");
    }

    private void addStudy(int number) {
        String patient = switch (random.nextInt(10)) {
            case 0 -> "";
            case 1 -> "P*T" + random.nextInt(3);
            default -> "PAT" + random.nextInt(40);
        };
        String zone = pick(ZONES);
        String issuer = random.nextInt(3) == 0 ? "HOSP" + random.nextInt(2) : "";
        String name = pick(NAMES);
        boolean latin = name.chars().allMatch(c -> c < 0x100) && random.nextBoolean();
        String date = random.nextInt(12) == 0 ? "" : date(random);
        String time = random.nextInt(12) == 0 ? "" : time(random);
        String accession = random.nextInt(5) == 0 ? "" : "ACC" + random.nextInt(60);
        String description = pick(DESCRIPTIONS);
        String referring = pick(NAMES);
        for (int series = 1; series <= 1 + random.nextInt(3); series++) {
            String modality = pick(MODALITIES);
            String body = pick(BODY_PARTS);
            String seriesDescription = pick(DESCRIPTIONS);
            DataSet request = new DataSet()
                    .putString(Tag.RequestedProcedureID, Vr.SH, "RP" + random.nextInt(9))
                    .putString(Tag.ScheduledProcedureStepID, Vr.SH, "SPS" + random.nextInt(9));
            for (int instance = 1; instance <= 1 + random.nextInt(3); instance++) {
                InstanceKey key = Samples.key(number, series, instance);
                DataSet keys = new DataSet();
                if (latin) {
                    keys.putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 100");
                }
                text(keys, Tag.PatientName, Vr.PN, name, latin);
                text(keys, Tag.ReferringPhysicianName, Vr.PN, pickAscii(referring), latin);
                text(keys, Tag.PatientID, Vr.LO, patient, latin);
                text(keys, Tag.IssuerOfPatientID, Vr.LO, issuer, latin);
                // Sometimes the first instances lack what later ones have.
                sometimes(keys, Tag.StudyDate, Vr.DA, date);
                sometimes(keys, Tag.StudyTime, Vr.TM, time);
                sometimes(keys, Tag.AccessionNumber, Vr.SH, accession);
                sometimes(keys, Tag.StudyDescription, Vr.LO, description);
                sometimes(keys, Tag.SeriesDescription, Vr.LO, seriesDescription);
                sometimes(keys, Tag.BodyPartExamined, Vr.CS, body);
                keys.putString(Tag.Modality, Vr.CS, modality);
                odd(keys, number, zone);
                keys.putInt(Tag.SeriesNumber, Vr.IS, series);
                keys.putInt(Tag.InstanceNumber, Vr.IS, instance);
                keys.putString(Tag.AcquisitionDateTime, Vr.DT, moment(random));
                keys.putString(Tag.ContentDate, Vr.DA, date(random));
                keys.putString(Tag.ContentTime, Vr.TM, time(random));
                if (random.nextInt(4) > 0) {
                    keys.putItems(
                            Tag.RequestAttributesSequence,
                            List.of(new DataSet().putAll(request), item(random)));
                }
                keys.putUid(Tag.StudyInstanceUID, key.study());
                keys.putUid(Tag.SeriesInstanceUID, key.series());
                keys.putUid(Tag.SOPInstanceUID, key.instance());
                versions.add(new IndexedVersion(Samples.version(versions.size() + 1L, key), keys));
            }
        }
    }

    /** Several values in one element, empty ones among them; sequences; zones. */
    private void odd(DataSet keys, int number, String zone) {
        keys.putString(Tag.OperatorsName, Vr.PN, "Doe^Jane", pick(DESCRIPTIONS), "Roe");
        keys.putString(Tag.ImageType, Vr.CS, "ORIGINAL", "", pick(BODY_PARTS));
        keys.putString(Tag.StudyID, Vr.SH, number % 4 == 0 ? "" : "ID" + number % 7);
        if (!zone.isEmpty()) {
            keys.putString(Tag.TimezoneOffsetFromUTC, Vr.SH, zone);
        }
        if (number % 3 == 0) {
            DataSet other = new DataSet().putString(Tag.PatientID, Vr.LO, "OTHER" + number % 9);
            DataSet none = new DataSet().putEmpty(Tag.PatientID, Vr.LO);
            keys.putItems(Tag.OtherPatientIDsSequence, List.of(none, other));
        }
    }

    private static DataSet item(Random random) {
        return new DataSet().putString(Tag.RequestedProcedureID, Vr.SH, "RP" + random.nextInt(9));
    }

    private static String pickAscii(String name) {
        return name.chars().allMatch(c -> c < 0x100) ? name : "Doe^Jane";
    }

    private void sometimes(DataSet keys, int tag, Vr vr, String value) {
        switch (random.nextInt(6)) {
            case 0 -> keys.putEmpty(tag, vr);
            case 1 -> keys.remove(tag);
            default -> keys.putString(tag, vr, value);
        }
    }

    private static void text(DataSet keys, int tag, Vr vr, String value, boolean latin) {
        if (latin) {
            keys.putBytes(tag, vr, value.getBytes(StandardCharsets.ISO_8859_1));
        } else {
            keys.putString(tag, vr, value);
        }
    }

    Uid study(int number) {
        return Samples.key(number, 1, 1).study();
    }
}
