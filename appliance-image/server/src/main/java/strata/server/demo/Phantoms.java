package strata.server.demo;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Studies that exist nowhere: CT, MR, a large radiograph, a structured report. Deterministic for a
 * seed.
 */
public final class Phantoms {
    /** The arc of UIDs that are UUIDs, PS3.5 B.2. */
    private static final String UUID_ARC = "2.25.";

    private static final String EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
    private static final String CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2";
    private static final String MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4";
    private static final String DX_IMAGE = "1.2.840.10008.5.1.4.1.1.1.1";
    private static final String ENHANCED_SR = "1.2.840.10008.5.1.4.1.1.88.22";

    /** One instance, made when it is needed. */
    public record Instance(
            Uid sopClass, Uid sopInstance, Uid study, Uid series, Supplier<DataSet> content) {
        /** The transfer syntax in which the demo sends it. */
        public Uid transferSyntax() {
            return new Uid(EXPLICIT_LITTLE_ENDIAN);
        }
    }

    /** One study of a made-up patient. */
    public record Study(Uid uid, String modality, LocalDate date, List<Instance> instances) {}

    private record Patient(String id, String name, String birthDate, String sex) {}

    private record Image(int columns, int rows, int bitsStored, short[] pixels) {}

    private final long seed;

    public Phantoms(long seed) {
        this.seed = seed;
    }

    /** A CT of a chest. */
    public Study ct(LocalDate date, int slices) {
        return images(
                "CT",
                CT_IMAGE,
                1,
                new Patient("PH-0001", "Phantom^Anna", "19610412", "F"),
                date,
                slices,
                i -> {
                    double height = slices == 1 ? 0 : 1.6 * i / (slices - 1) - 0.8;
                    return new Image(
                            512,
                            512,
                            12,
                            Anatomy.chestSlice(512, height, new Noise(seed * 31 + i)));
                });
    }

    /** An MR of a head. */
    public Study mr(LocalDate date, int slices) {
        Patient patient = new Patient("PH-0002", "Ph\u00e4ntom^J\u00f6rg", "19790103", "M");
        return images("MR", MR_IMAGE, 2, patient, date, slices, i -> {
            double height = slices == 1 ? 0 : 1.8 * i / (slices - 1) - 0.9;
            return new Image(
                    256, 256, 12, Anatomy.headSlice(256, height, new Noise(seed * 37 + i)));
        });
    }

    /** Radiographs of 2,500 x 3,000 pixels. */
    public Study dx(LocalDate date, int images) {
        Patient patient = new Patient("PH-0001", "Phantom^Anna", "19610412", "F");
        return images(
                "DX",
                DX_IMAGE,
                3,
                patient,
                date,
                images,
                i -> new Image(
                        2500, 3000, 14, Anatomy.radiograph(2500, 3000, new Noise(seed * 41 + i))));
    }

    /** Structured reports of some paragraphs. */
    public Study sr(LocalDate date, int reports) {
        Patient patient = new Patient("PH-0003", "Phantom^Maria^Luisa", "19500630", "F");
        Uid study = uid(4, 0, 0);
        Uid series = uid(4, 1, 0);
        List<Instance> out = new ArrayList<>();
        for (int i = 0; i < reports; i++) {
            Uid instance = uid(4, 1, i + 1);
            int number = i + 1;
            out.add(new Instance(new Uid(ENHANCED_SR), instance, study, series, () -> {
                DataSet data =
                        common(ENHANCED_SR, instance, study, series, "SR", patient, date, number);
                return report(data, number);
            }));
        }
        return new Study(study, "SR", date, out);
    }

    private interface Pixels {
        Image of(int index);
    }

    private Study images(
            String modality,
            String sopClass,
            int number,
            Patient patient,
            LocalDate date,
            int count,
            Pixels pixels) {
        Uid study = uid(number, 0, 0);
        Uid series = uid(number, 1, 0);
        List<Instance> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            Uid instance = uid(number, 1, i + 1);
            out.add(new Instance(new Uid(sopClass), instance, study, series, () -> {
                DataSet data = common(
                        sopClass, instance, study, series, modality, patient, date, index + 1);
                return withPixels(data, pixels.of(index), index);
            }));
        }
        return new Study(study, modality, date, out);
    }

    private DataSet common(
            String sopClass,
            Uid instance,
            Uid study,
            Uid series,
            String modality,
            Patient patient,
            LocalDate date,
            int number) {
        String day = date.format(DateTimeFormatter.BASIC_ISO_DATE);
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 192")
                .putUid(Tag.SOPClassUID, new Uid(sopClass))
                .putUid(Tag.SOPInstanceUID, instance)
                .putString(Tag.StudyDate, Vr.DA, day)
                .putString(Tag.StudyTime, Vr.TM, "101500")
                .putString(Tag.AccessionNumber, Vr.SH, "ACC" + modality + seed % 1000)
                .putString(Tag.Modality, Vr.CS, modality)
                .putString(Tag.Manufacturer, Vr.LO, "Strata phantoms")
                .putString(Tag.InstitutionName, Vr.LO, "Phantom Hospital")
                .putString(Tag.ReferringPhysicianName, Vr.PN, "Referrer^Robin")
                .putString(Tag.StudyDescription, Vr.LO, modality + " phantom study")
                .putString(Tag.SeriesDescription, Vr.LO, modality + " phantom series")
                .putString(Tag.PatientName, Vr.PN, patient.name())
                .putString(Tag.PatientID, Vr.LO, patient.id())
                .putString(Tag.PatientBirthDate, Vr.DA, patient.birthDate())
                .putString(Tag.PatientSex, Vr.CS, patient.sex())
                .putUid(Tag.StudyInstanceUID, study)
                .putUid(Tag.SeriesInstanceUID, series)
                .putString(Tag.StudyID, Vr.SH, "1")
                .putString(Tag.SeriesNumber, Vr.IS, "1")
                .putString(Tag.InstanceNumber, Vr.IS, Integer.toString(number));
    }

    private static DataSet withPixels(DataSet data, Image image, int index) {
        ByteBuffer bytes =
                ByteBuffer.allocate(image.pixels().length * 2).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(image.pixels());
        return data.putString(
                        Tag.ImagePositionPatient,
                        Vr.DS,
                        "-200",
                        "-200",
                        Integer.toString(index * 2))
                .putString(Tag.ImageOrientationPatient, Vr.DS, "1", "0", "0", "0", "1", "0")
                .putInt(Tag.SamplesPerPixel, Vr.US, 1)
                .putString(Tag.PhotometricInterpretation, Vr.CS, "MONOCHROME2")
                .putInt(Tag.Rows, Vr.US, image.rows())
                .putInt(Tag.Columns, Vr.US, image.columns())
                .putInt(Tag.BitsAllocated, Vr.US, 16)
                .putInt(Tag.BitsStored, Vr.US, image.bitsStored())
                .putInt(Tag.HighBit, Vr.US, image.bitsStored() - 1)
                .putInt(Tag.PixelRepresentation, Vr.US, 0)
                .putString(Tag.RescaleIntercept, Vr.DS, "-1024")
                .putString(Tag.RescaleSlope, Vr.DS, "1")
                .putBytes(Tag.PixelData, Vr.OW, bytes.array());
    }

    private static DataSet report(DataSet data, int number) {
        List<DataSet> content = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            content.add(new DataSet()
                    .putString(Tag.RelationshipType, Vr.CS, "CONTAINS")
                    .putString(Tag.ValueType, Vr.CS, "TEXT")
                    .putString(
                            Tag.TextValue,
                            Vr.UT,
                            "Finding " + i + " of report " + number
                                    + ": the phantom shows no acute change, " + "measured "
                                    + (number * 7 + i * 3) % 40 + " mm at the usual place."));
        }
        return data.putString(Tag.CompletionFlag, Vr.CS, "COMPLETE")
                .putString(Tag.VerificationFlag, Vr.CS, "UNVERIFIED")
                .putString(Tag.ValueType, Vr.CS, "CONTAINER")
                .putItems(Tag.ContentSequence, content);
    }

    private Uid uid(int study, int series, int instance) {
        String name = "phantom " + seed + "/" + study + "/" + series + "/" + instance;
        UUID uuid = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.US_ASCII));
        return new Uid(UUID_ARC + new BigInteger(uuid.toString().replace("-", ""), 16));
    }
}
