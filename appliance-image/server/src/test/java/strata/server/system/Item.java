package strata.server.system;

import strata.base.Digest;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Part10;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** An object in memory, as it is sent: the data set without a file header. */
record Item(Uid sopClass, Uid instance, Uid syntax, byte[] dataSet) {
    static final Uid EXPLICIT = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid();

    Digest digest() {
        return Digest.ofBytes(dataSet);
    }

    /**
     * The object of a DICOM file, named by its data set: group 0002 of some files is wrong or
     * incomplete.
     */
    static Item read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Part10.Content content = Part10.read(new ByteArrayInputStream(bytes));
        int offset = content.header().dataSetOffset();
        return new Item(
                content.dataSet().uid(Tag.SOPClassUID).orElseThrow(),
                content.dataSet().uid(Tag.SOPInstanceUID).orElseThrow(),
                content.header().syntax().uid(),
                Arrays.copyOfRange(bytes, offset, bytes.length));
    }

    static Uid study(long number) {
        return new Uid("2.25.7000." + number);
    }

    /** A CT slice of noise, which does not compress, the same for the same three numbers. */
    static Item noise(long study, long number, int pixelBytes) {
        byte[] pixels = new byte[pixelBytes];
        new Random(study * 1_000_003 + number).nextBytes(pixels);
        return of(SopClasses.CT_IMAGE, study, number, pixels);
    }

    static Item of(Uid sopClass, long study, long number, byte[] pixels) {
        DataSet dataSet = keys(sopClass, study, number)
                .putInt(Tag.SamplesPerPixel, Vr.US, 1)
                .putString(Tag.PhotometricInterpretation, Vr.CS, "MONOCHROME2")
                .putInt(Tag.Rows, Vr.US, 1)
                .putInt(Tag.Columns, Vr.US, Math.min(pixels.length / 2, 65534))
                .putInt(Tag.BitsAllocated, Vr.US, 16)
                .putInt(Tag.BitsStored, Vr.US, 16)
                .putInt(Tag.HighBit, Vr.US, 15)
                .putInt(Tag.PixelRepresentation, Vr.US, 0)
                .putBytes(Tag.PixelData, Vr.OW, pixels);
        return new Item(
                sopClass,
                dataSet.uid(Tag.SOPInstanceUID).orElseThrow(),
                EXPLICIT,
                DataSetWriter.toBytes(dataSet, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN));
    }

    /** What identifies an object of a study. */
    static DataSet keys(Uid sopClass, long study, long number) {
        return new DataSet()
                .putUid(Tag.SOPClassUID, sopClass)
                .putUid(Tag.SOPInstanceUID, new Uid("2.25.7000." + study + ".9." + number))
                .putString(Tag.StudyDate, Vr.DA, "20260102")
                .putString(Tag.Modality, Vr.CS, "CT")
                .putString(Tag.PatientName, Vr.PN, "Phantom^" + study)
                .putString(Tag.PatientID, Vr.LO, "P" + study)
                .putUid(Tag.StudyInstanceUID, study(study))
                .putUid(Tag.SeriesInstanceUID, new Uid("2.25.7000." + study + ".9"))
                .putInt(Tag.InstanceNumber, Vr.IS, (int) number);
    }
}
