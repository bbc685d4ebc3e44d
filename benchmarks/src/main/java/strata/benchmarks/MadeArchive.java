package strata.benchmarks;

import strata.base.AeTitle;
import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.InstanceKey;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.DataSet;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What an archive of some size consists of, made up from numbers alone, so that anything in it can
 * be named without looking it up: ten studies in turn have 20 to 250 instances in one to three
 * series, 1,000 together. UIDs are of three manners: random ones below 2.25, as newer software
 * draws them, and two that count upwards below a device's root. Ten years of dates; three studies
 * to a patient; {@value #DOES} studies of patients named DOE whatever the size.
 *
 * @param studies number of studies; ten make 1,000 instances
 */
record MadeArchive(int studies) {
    static final int DOES = 50;
    private static final int[] INSTANCES = {20, 40, 60, 80, 100, 100, 120, 140, 90, 250};
    private static final int[] SERIES = {1, 2, 3, 1, 2, 3, 2, 1, 3, 1};
    private static final int TURN = INSTANCES.length;
    private static final int PER_TURN = 1_000;

    /** Which of each ten studies has one series of 250. */
    private static final int LARGEST = 9;

    private static final SiteId SITE = new SiteId(0xca7);
    private static final Instant BEGIN = Instant.parse("2016-01-04T07:00:00Z");
    private static final LocalDate FIRST_DAY = LocalDate.of(2016, 1, 4);
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;
    private static final int DAYS = 3_650;
    private static final int OBJECT_BYTES = 526_336;
    private static final int RECORD_BYTES = OBJECT_BYTES + 192;
    private static final int RECORDS_IN_SEGMENT = 509;
    private static final String[] DEVICES = {
        "1.2.840.113619.2.55.3.604688119.971", "1.3.12.2.1107.5.1.4.73104"
    };
    private static final String[] GIVEN = {"ANNA", "BEN", "CHLOE", "DAVID", "EMMA", "FINN"};
    private static final String[] PARTS = {"CHEST", "ABDOMEN", "HEAD", "PELVIS", "SPINE"};

    /** @param instances a multiple of 1,000 */
    static MadeArchive ofInstances(long instances) {
        return new MadeArchive(Math.toIntExact(instances / PER_TURN * TURN));
    }

    long instances() {
        return (long) studies / TURN * PER_TURN;
    }

    static int instancesOf(int study) {
        return INSTANCES[study % TURN];
    }

    private static int perSeries(int study) {
        int turn = study % TURN;
        return (INSTANCES[turn] + SERIES[turn] - 1) / SERIES[turn];
    }

    /** A study with one series of 250 instances. */
    int largeStudy(SplittableRandom random) {
        return random.nextInt(studies / TURN) * TURN + LARGEST;
    }

    private static SplittableRandom about(long what, long number) {
        return new SplittableRandom(what * 0x9E3779B97F4A7C15L + number);
    }

    private static Uid uid(int study, int series, int instance) {
        int manner = study % 3;
        if (manner == 2) {
            SplittableRandom random = about(study, series * 1_000L + instance);
            byte[] bits = new byte[16];
            random.nextBytes(bits);
            return new Uid("2.25." + new BigInteger(1, bits));
        }
        String root = DEVICES[manner] + "." + (1_451_890_800L + study * 3_100L);
        if (series == 0) {
            return new Uid(root + "." + study % 977);
        }
        long tick = series * 7_919L + instance * 31L;
        return new Uid(root + "." + tick + (instance == 0 ? "" : "." + instance));
    }

    static Uid study(int study) {
        return uid(study, 0, 0);
    }

    static Uid series(int study, int instance) {
        return uid(study, 1 + instance / perSeries(study), 0);
    }

    static Uid instance(int study, int instance) {
        return uid(study, 1 + instance / perSeries(study), 1 + instance % perSeries(study));
    }

    static InstanceKey key(int study, int instance) {
        return new InstanceKey(study(study), series(study, instance), instance(study, instance));
    }

    private static long sequence(int study, int instance) {
        long before = (long) (study / TURN) * PER_TURN;
        for (int i = 0; i < study % TURN; i++) {
            before += INSTANCES[i];
        }
        return before + instance + 1;
    }

    String patientId(int study) {
        return String.format(Locale.ROOT, "PID%08d", study / 3);
    }

    static String accession(int study) {
        return String.format(Locale.ROOT, "A%09d", study);
    }

    String patientName(int study) {
        boolean doe = study % Math.max(1, studies / DOES) == 0;
        SplittableRandom random = about(1, study / 3);
        String family = doe ? "DOE" : "K" + Integer.toString(random.nextInt(30_000), 36);
        return family.toUpperCase(Locale.ROOT) + "^" + GIVEN[random.nextInt(GIVEN.length)];
    }

    private LocalDate date(int study) {
        return FIRST_DAY.plusDays((long) study * DAYS / studies);
    }

    /** A range of study dates that about so many studies fall into. */
    String dates(SplittableRandom random, int answers) {
        int days = Math.max(1, (int) ((long) answers * DAYS / studies));
        LocalDate from = FIRST_DAY.plusDays(random.nextInt(DAYS - days));
        return DAY.format(from) + "-" + DAY.format(from.plusDays(days - 1L));
    }

    VersionEntry entry(int study, int instance) {
        long sequence = sequence(study, instance);
        SplittableRandom random = about(2, sequence);
        Instant received = BEGIN.plusMillis(sequence * 31_500_000L / PER_TURN);
        SegmentLocation hot = new SegmentLocation(
                1 + sequence / RECORDS_IN_SEGMENT,
                4096 + sequence % RECORDS_IN_SEGMENT * RECORD_BYTES);
        return new VersionEntry(
                new ObjectId(SITE, sequence),
                key(study, instance),
                SopClasses.CT_IMAGE,
                Sample.syntax().uid(),
                new Digest(
                        random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()),
                OBJECT_BYTES + random.nextInt(40) * 2L,
                received,
                Optional.of(new AeTitle("CT" + study % 4)),
                VersionState.CURRENT,
                List.of(new Placement(hot, PlacementState.VERIFIED, received.plusMillis(12))));
    }

    /** Puts the instances of a study, from one up to but without another, into a batch. */
    void put(CatalogBatch batch, int study, int from, int to) {
        DataSet common = null;
        for (int i = from; i < to; i++) {
            if (common == null || i % perSeries(study) == 0) {
                common = common(study, i);
            }
            batch.putVersion(entry(study, i), keys(common, study, i));
        }
    }

    /** The data set of one instance, but for its pixels. */
    DataSet slice(int study, int instance) {
        return keys(common(study, instance), study, instance);
    }

    private DataSet common(int study, int instance) {
        DataSet data = new DataSet();
        putPatientAndStudy(study, data);
        putSeries(study, instance, data);
        return data;
    }

    /** The index keys of a CT slice: what ingest captures from one. */
    private static DataSet keys(DataSet common, int study, int instance) {
        InstanceKey key = key(study, instance);
        DataSet data = new DataSet()
                .putAll(common)
                .putUid(Tag.SOPClassUID, SopClasses.CT_IMAGE)
                .putUid(Tag.SOPInstanceUID, key.instance())
                .putUid(Tag.StudyInstanceUID, key.study())
                .putUid(Tag.SeriesInstanceUID, key.series());
        putImage(study, instance, data);
        return data;
    }

    private void putPatientAndStudy(int study, DataSet data) {
        SplittableRandom random = about(3, study);
        String date = DAY.format(date(study));
        data.putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 100")
                .putString(Tag.PatientID, Vr.LO, patientId(study))
                .putString(Tag.PatientName, Vr.PN, patientName(study))
                .putString(Tag.PatientBirthDate, Vr.DA, 1930 + study / 3 % 80 + "0715")
                .putString(Tag.PatientSex, Vr.CS, study / 3 % 2 == 0 ? "F" : "M")
                .putString(Tag.PatientAge, Vr.AS, String.format("%03dY", 6 + study / 3 % 80))
                .putString(Tag.StudyDate, Vr.DA, date)
                .putString(Tag.StudyTime, Vr.TM, clock(random.nextInt(86_400)))
                .putString(Tag.AccessionNumber, Vr.SH, accession(study))
                .putString(Tag.StudyID, Vr.SH, Integer.toString(study % 100_000))
                .putString(Tag.ReferringPhysicianName, Vr.PN, "REF" + random.nextInt(300) + "^R")
                .putString(Tag.StudyDescription, Vr.LO, "CT " + PARTS[study % PARTS.length]);
    }

    private static String clock(int second) {
        return String.format(
                "%02d%02d%02d.%06d",
                second / 3_600, second / 60 % 60, second % 60, second % 1_000 * 1_000);
    }

    /** Millionths as a decimal string. */
    private static String decimal(int millionths) {
        return millionths / 1_000_000 + "." + (1_000_000 + Math.abs(millionths % 1_000_000));
    }

    private void putSeries(int study, int instance, DataSet data) {
        int number = 1 + instance / perSeries(study);
        int second = about(4, study * 10L + number).nextInt(86_400);
        data.putString(Tag.Modality, Vr.CS, "CT")
                .putString(Tag.SeriesNumber, Vr.IS, Integer.toString(number))
                .putString(Tag.SeriesDate, Vr.DA, DAY.format(date(study)))
                .putString(Tag.SeriesTime, Vr.TM, clock(second))
                .putString(Tag.SeriesDescription, Vr.LO, "AXIAL " + number + ".0 B30f")
                .putString(Tag.BodyPartExamined, Vr.CS, PARTS[study % PARTS.length])
                .putString(Tag.ProtocolName, Vr.LO, "ROUTINE " + study % 40)
                .putString(Tag.Manufacturer, Vr.LO, "MADE-UP MEDICAL")
                .putString(Tag.ManufacturerModelName, Vr.LO, "Ring 64")
                .putString(Tag.InstitutionName, Vr.LO, "GENERAL HOSPITAL")
                .putString(Tag.StationName, Vr.SH, "CT" + study % 4)
                .putString(Tag.DeviceSerialNumber, Vr.LO, "73104")
                .putString(Tag.PatientPosition, Vr.CS, "HFS")
                .putUid(Tag.FrameOfReferenceUID, uid(study, number, 9_999));
    }

    private static void putImage(int study, int instance, DataSet data) {
        SplittableRandom random = about(5, study);
        String x = decimal(-180_000_000 - random.nextInt(40_000_000));
        String z = decimal(-900_000_000 + instance * 1_250_000 + random.nextInt(1_000_000));
        int second = random.nextInt(80_000) + instance;
        String date = data.string(Tag.StudyDate).orElseThrow();
        String time = (100_000 + second) + "." + (100_000 + second % 997);
        data.putString(Tag.ImageType, Vr.CS, "ORIGINAL", "PRIMARY", "AXIAL")
                .putString(Tag.InstanceNumber, Vr.IS, Integer.toString(1 + instance))
                .putString(Tag.InstanceCreationDate, Vr.DA, date)
                .putString(Tag.InstanceCreationTime, Vr.TM, time)
                .putString(Tag.AcquisitionDate, Vr.DA, date)
                .putString(Tag.AcquisitionTime, Vr.TM, time)
                .putString(Tag.AcquisitionNumber, Vr.IS, "1")
                .putString(Tag.ContentDate, Vr.DA, date)
                .putString(Tag.ContentTime, Vr.TM, time)
                .putString(Tag.ImagePositionPatient, Vr.DS, x, x, z)
                .putString(Tag.ImageOrientationPatient, Vr.DS, "1", "0", "0", "0", "1", "0")
                .putString(Tag.SliceLocation, Vr.DS, z)
                .putString(Tag.SliceThickness, Vr.DS, "1.25")
                .putString(Tag.PixelSpacing, Vr.DS, "0.78125", "0.78125")
                .putInt(Tag.SamplesPerPixel, Vr.US, 1)
                .putString(Tag.PhotometricInterpretation, Vr.CS, "MONOCHROME2")
                .putInt(Tag.Rows, Vr.US, 512)
                .putInt(Tag.Columns, Vr.US, 512)
                .putInt(Tag.BitsAllocated, Vr.US, 16)
                .putInt(Tag.BitsStored, Vr.US, 12)
                .putInt(Tag.HighBit, Vr.US, 11)
                .putInt(Tag.PixelRepresentation, Vr.US, 0)
                .putString(Tag.WindowCenter, Vr.DS, "40")
                .putString(Tag.WindowWidth, Vr.DS, "400")
                .putString(Tag.RescaleIntercept, Vr.DS, "-1024")
                .putString(Tag.RescaleSlope, Vr.DS, "1");
    }
}
