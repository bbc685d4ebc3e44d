package strata.tier;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.InstanceKey;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small objects for packs: images, reports, and bytes that are no DICOM at all. */
public final class TestPacks {
    private static final SiteId SITE = new SiteId(0x5ca1ab1e);

    private TestPacks() {}

    /** An object and its bytes. */
    public record Sample(PackObject object, byte[] bytes) {}

    public static PackObject object(long sequence, InstanceKey key, byte[] bytes) {
        return new PackObject(
                new ObjectId(SITE, sequence),
                key,
                Digest.ofBytes(bytes),
                bytes.length,
                ("attributes of " + sequence).getBytes(StandardCharsets.US_ASCII),
                () -> new ByteArrayInputStream(bytes));
    }

    public static InstanceKey key(int study, int series, int instance) {
        return new InstanceKey(
                new Uid("1.2.3." + study),
                new Uid("1.2.3." + study + "." + series),
                new Uid("1.2.3." + study + "." + series + "." + instance));
    }

    /** A mixed pack: a series of images, one of reports, an empty object and noise. */
    public static List<Sample> mixed(long seed, int images) {
        Random random = new Random(seed);
        int study = random.nextInt(1_000_000);
        List<Sample> samples = new ArrayList<>();
        long sequence = 1 + random.nextInt(1_000_000);
        for (int i = 0; i < images; i++) {
            InstanceKey key = key(study, 1, i);
            samples.add(sample(sequence++, key, image(random, key, 48 + random.nextInt(40))));
        }
        for (int i = 0; i < 3; i++) {
            InstanceKey key = key(study, 2, i);
            samples.add(sample(sequence++, key, report(key, i)));
        }
        samples.add(sample(sequence++, key(study, 3, 1), new byte[0]));
        byte[] noise = new byte[5000];
        random.nextBytes(noise);
        samples.add(sample(sequence, key(study, 4, 1), noise));
        return samples;
    }

    /** Small studies that share a pack: each a report, an image and noise. */
    public static List<Sample> shared(long seed, int studies) {
        Random random = new Random(seed);
        List<Sample> samples = new ArrayList<>();
        long sequence = 1 + random.nextInt(1_000_000);
        int first = 1000 + random.nextInt(1000);
        for (int study = first; study < first + studies; study++) {
            InstanceKey report = key(study, 1, 1);
            samples.add(sample(sequence++, report, report(report, study)));
            InstanceKey image = key(study, 2, 1);
            samples.add(sample(sequence++, image, image(random, image, 24)));
            byte[] noise = new byte[random.nextInt(3000)];
            random.nextBytes(noise);
            samples.add(sample(sequence++, key(study, 3, 1), noise));
        }
        return samples;
    }

    public static List<PackObject> objects(List<Sample> samples) {
        return samples.stream().map(Sample::object).toList();
    }

    public static Sample sample(long sequence, InstanceKey key, byte[] bytes) {
        return new Sample(object(sequence, key, bytes), bytes);
    }

    static byte[] image(Random random, InstanceKey key, int side) {
        ByteBuffer pixels = ByteBuffer.allocate(side * side * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < side * side; i++) {
            pixels.putShort((short) (1000 + i % side * 4 + random.nextInt(30)));
        }
        DataSet dataSet = head(SopClasses.CT_IMAGE, key)
                .putString(Tag.Modality, Vr.CS, "CT")
                .putInt(Tag.SamplesPerPixel, Vr.US, 1)
                .putInt(Tag.Rows, Vr.US, side)
                .putInt(Tag.Columns, Vr.US, side)
                .putInt(Tag.BitsAllocated, Vr.US, 16)
                .putInt(Tag.BitsStored, Vr.US, 12)
                .putInt(Tag.HighBit, Vr.US, 11)
                .putInt(Tag.PixelRepresentation, Vr.US, 0)
                .putBytes(Tag.PixelData, Vr.OW, pixels.array());
        return Part10.file(dataSet, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
    }

    private static byte[] report(InstanceKey key, int number) {
        DataSet dataSet = head(SopClasses.BASIC_TEXT_SR, key)
                .putString(Tag.Modality, Vr.CS, "SR")
                .putString(Tag.SeriesDescription, Vr.LO, "finding number " + number)
                .putString(Tag.InstanceNumber, Vr.IS, Integer.toString(number));
        return Part10.file(dataSet, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
    }

    private static DataSet head(Uid sopClass, InstanceKey key) {
        return new DataSet()
                .putUid(Tag.SOPClassUID, sopClass)
                .putUid(Tag.SOPInstanceUID, key.instance())
                .putUid(Tag.StudyInstanceUID, key.study())
                .putUid(Tag.SeriesInstanceUID, key.series());
    }
}
