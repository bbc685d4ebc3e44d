package strata.benchmarks;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.network.DataSource;
import strata.network.StoreCommand;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Objects to be sent without making them: one data set whose UIDs are overwritten in place, in
 * studies of {@value #PER_STUDY} instances. Only the first part, where the UIDs are, is copied for
 * each object. Thread-safe.
 */
final class PreparedObjects {
    static final int PER_STUDY = 250;

    /** A number of this many digits at the end of each UID; the first digit is 1. */
    private static final int DIGITS = 10;

    private static final long FIRST_NUMBER = 1_000_000_000L;

    private final Uid sopClass;
    private final String study;
    private final String series;
    private final String instance;
    private final byte[] bytes;
    private final int studyAt;
    private final int seriesAt;
    private final int instanceAt;
    private final int headBytes;

    /** @param run tells the objects of one run from those of others */
    PreparedObjects(Sample sample, long run) {
        String root = "1.2.826.0.1.3680043.10.1337.9." + run;
        study = root + ".1.";
        series = root + ".2.";
        instance = root + ".3.";
        DataSet template = sample.make();
        sopClass = template.uid(Tag.SOPClassUID).orElseThrow();
        template.putUid(Tag.StudyInstanceUID, uid(study, 0))
                .putUid(Tag.SeriesInstanceUID, uid(series, 0))
                .putUid(Tag.SOPInstanceUID, uid(instance, 0))
                .putString(Tag.PatientID, Vr.LO, "LOAD");
        bytes = DataSetWriter.toBytes(template, Sample.syntax());
        studyAt = find(study);
        seriesAt = find(series);
        instanceAt = find(instance);
        headBytes = Math.max(studyAt, Math.max(seriesAt, instanceAt)) + DIGITS;
    }

    private static Uid uid(String prefix, long number) {
        return new Uid(prefix + (FIRST_NUMBER + number));
    }

    /** Where the number behind the prefix begins. */
    private int find(String prefix) {
        byte[] wanted = prefix.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            if (Arrays.equals(wanted, 0, wanted.length, bytes, at, at + wanted.length)) {
                return at + wanted.length;
            }
        }
        throw new IllegalStateException("the data set has no " + prefix);
    }

    int lengthBytes() {
        return bytes.length;
    }

    Uid sopClass() {
        return sopClass;
    }

    StoreCommand command(long number) {
        return StoreCommand.of(sopClass, uid(instance, number), Sample.syntax().uid());
    }

    /** What stands before the data set in a file of the object. */
    byte[] fileHeader(long number) {
        return Part10.header(sopClass, uid(instance, number), Sample.syntax().uid());
    }

    /** Writes the data set. */
    void writeTo(long number, OutputStream out) throws IOException {
        out.write(head(number));
        out.write(bytes, headBytes, bytes.length - headBytes);
    }

    private byte[] head(long number) {
        byte[] head = Arrays.copyOf(bytes, headBytes);
        put(head, studyAt, number / PER_STUDY);
        put(head, seriesAt, number / PER_STUDY);
        put(head, instanceAt, number);
        return head;
    }

    DataSource source(long number) {
        ByteBuffer first = ByteBuffer.wrap(head(number));
        ByteBuffer rest = ByteBuffer.wrap(bytes, headBytes, bytes.length - headBytes);
        return new DataSource() {
            @Override
            public long lengthBytes() {
                return bytes.length;
            }

            @Override
            public int read(ByteBuffer to) {
                ByteBuffer from = first.hasRemaining() ? first : rest;
                if (!from.hasRemaining()) {
                    return -1;
                }
                int part = Math.min(from.remaining(), to.remaining());
                to.put(from.slice().limit(part));
                from.position(from.position() + part);
                return part;
            }
        };
    }

    private static void put(byte[] to, int at, long number) {
        byte[] digits = Long.toString(FIRST_NUMBER + number).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, to, at, DIGITS);
    }
}
