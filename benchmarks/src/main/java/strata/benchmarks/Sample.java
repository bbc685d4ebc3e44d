package strata.benchmarks;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Part10;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The objects that are measured: made up, the same in every run. Public because it is a parameter
 * of the benchmarks.
 */
public enum Sample {
    /** One slice, 512 x 512, 12 of 16 bits: soft ellipses under the noise of a scanner, 525 kB. */
    CT {
        @Override
        DataSet make() {
            return image();
        }
    },
    /** A structured report of short text items, 8 kB. */
    REPORT {
        @Override
        DataSet make() {
            return report();
        }
    };

    private static final TransferSyntax SYNTAX = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;
    private static final String ROOT = "1.2.826.0.1.3680043.10.1337.7";
    private static final int SIDE = 512;
    private static final int NOISE = 18;
    private static final int REPORT_ITEMS = 52;

    abstract DataSet make();

    /** The data set as a peer sends it, without the Part 10 header. */
    byte[] dataSetBytes() {
        return DataSetWriter.toBytes(make(), SYNTAX);
    }

    /** The canonical file, as it is stored. */
    byte[] fileBytes() {
        return Part10.file(make(), SYNTAX);
    }

    static TransferSyntax syntax() {
        return SYNTAX;
    }

    private static DataSet head(Uid sopClass, String modality, int number) {
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 100")
                .putUid(Tag.SOPClassUID, sopClass)
                .putUid(Tag.SOPInstanceUID, new Uid(ROOT + "." + number + ".1.1"))
                .putUid(Tag.StudyInstanceUID, new Uid(ROOT + "." + number))
                .putUid(Tag.SeriesInstanceUID, new Uid(ROOT + "." + number + ".1"))
                .putString(Tag.StudyDate, Vr.DA, "20260301")
                .putString(Tag.StudyTime, Vr.TM, "101500")
                .putString(Tag.AccessionNumber, Vr.SH, "A" + number)
                .putString(Tag.Modality, Vr.CS, modality)
                .putString(Tag.StudyDescription, Vr.LO, "SYNTHETIC STUDY")
                .putString(Tag.PatientName, Vr.PN, "PHANTOM^BENCH")
                .putString(Tag.PatientID, Vr.LO, "BENCH" + number)
                .putString(Tag.SeriesNumber, Vr.IS, "1")
                .putString(Tag.InstanceNumber, Vr.IS, "1");
    }

    private static DataSet image() {
        return head(SopClasses.CT_IMAGE, "CT", 1)
                .putString(Tag.ImagePositionPatient, Vr.DS, "-200", "-200", "100")
                .putInt(Tag.SamplesPerPixel, Vr.US, 1)
                .putString(Tag.PhotometricInterpretation, Vr.CS, "MONOCHROME2")
                .putInt(Tag.Rows, Vr.US, SIDE)
                .putInt(Tag.Columns, Vr.US, SIDE)
                .putString(Tag.PixelSpacing, Vr.DS, "0.78", "0.78")
                .putInt(Tag.BitsAllocated, Vr.US, 16)
                .putInt(Tag.BitsStored, Vr.US, 12)
                .putInt(Tag.HighBit, Vr.US, 11)
                .putInt(Tag.PixelRepresentation, Vr.US, 0)
                .putBytes(Tag.PixelData, Vr.OW, pixels());
    }

    private static byte[] pixels() {
        Random random = new Random(1);
        ByteBuffer out = ByteBuffer.allocate(SIDE * SIDE * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double noise = random.nextGaussian() * NOISE;
                out.putShort((short) Math.max(0, Math.min(4095, tissue(x, y) + noise)));
            }
        }
        return out.array();
    }

    /** Air, a body with a slow gradient, two lungs and a spine. */
    private static double tissue(int x, int y) {
        double u = (x - SIDE / 2.0) / (SIDE / 2.0);
        double v = (y - SIDE / 2.0) / (SIDE / 2.0);
        if (u * u / 0.72 + v * v / 0.45 > 1) {
            return 24;
        }
        double lung = Math.abs(u) - 0.38;
        if (lung * lung / 0.06 + v * v / 0.16 < 1) {
            return 180 + 60 * Math.sin(31 * u) * Math.cos(27 * v);
        }
        if (u * u / 0.01 + (v - 0.45) * (v - 0.45) / 0.012 < 1) {
            return 1700;
        }
        return 1050 + 30 * u + 45 * v;
    }

    private static DataSet report() {
        List<DataSet> items = new ArrayList<>();
        for (int i = 0; i < REPORT_ITEMS; i++) {
            DataSet code = new DataSet()
                    .putString(Tag.CodeValue, Vr.SH, Integer.toString(121000 + i))
                    .putString(Tag.CodingSchemeDesignator, Vr.SH, "DCM")
                    .putString(Tag.CodeMeaning, Vr.LO, "Finding " + i);
            items.add(new DataSet()
                    .putString(Tag.ValueType, Vr.CS, "TEXT")
                    .putItems(Tag.ConceptNameCodeSequence, List.of(code))
                    .putBytes(Tag.TextValue, Vr.UT, text(i)));
        }
        return head(SopClasses.BASIC_TEXT_SR, "SR", 2).putItems(Tag.ContentSequence, items);
    }

    private static byte[] text(int number) {
        String text = "No change of finding " + number + " against the study before. ";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
