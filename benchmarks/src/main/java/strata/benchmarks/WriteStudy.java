package strata.benchmarks;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a CT study to a directory: {@code WriteStudy DIRECTORY SLICES}. Prints its Study Instance
 * UID and how many bytes its data sets have, without the files' own headers.
 */
public final class WriteStudy {
    private WriteStudy() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: WriteStudy DIRECTORY SLICES");
            System.exit(2);
        }
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        DataSet slice = Sample.CT.make();
        Uid study = slice.uid(Tag.StudyInstanceUID).orElseThrow();
        long bytes = 0;
        for (int i = 1; i <= Integer.parseInt(arguments[1]); i++) {
            Uid instance = new Uid(study.value() + ".1." + i);
            slice.putUid(Tag.SOPInstanceUID, instance)
                    .putString(Tag.InstanceNumber, Vr.IS, Integer.toString(i));
            byte[] file = Part10.file(slice, Sample.syntax());
            Files.write(directory.resolve(String.format("%05d.dcm", i)), file);
            bytes += file.length
                    - Part10.headerBytes(
                            slice.uid(Tag.SOPClassUID).orElseThrow(),
                            instance,
                            Sample.syntax().uid());
        }
        System.out.println(study + " " + bytes);
    }
}
