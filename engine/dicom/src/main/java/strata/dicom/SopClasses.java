package strata.dicom;

import strata.base.Uid;

import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;

/** Which SOP classes are stored. */
public final class SopClasses {
    public static final Uid VERIFICATION = new Uid("1.2.840.10008.1.1");
    public static final Uid MEDIA_STORAGE_DIRECTORY = new Uid("1.2.840.10008.1.3.10");
    public static final Uid STORAGE_COMMITMENT_PUSH = new Uid("1.2.840.10008.1.20.1");
    public static final Uid CT_IMAGE = new Uid("1.2.840.10008.5.1.4.1.1.2");
    public static final Uid MR_IMAGE = new Uid("1.2.840.10008.5.1.4.1.1.4");
    public static final Uid DIGITAL_X_RAY_IMAGE = new Uid("1.2.840.10008.5.1.4.1.1.1.1");
    public static final Uid SECONDARY_CAPTURE_IMAGE = new Uid("1.2.840.10008.5.1.4.1.1.7");
    public static final Uid BASIC_TEXT_SR = new Uid("1.2.840.10008.5.1.4.1.1.88.11");

    private SopClasses() {}

    /**
     * Whether a C-STORE of this class is accepted: everything that is not known to be something
     * else, so private and future classes are stored too.
     */
    public static boolean isStorage(Uid sopClass) {
        return UidRegistry.entry(sopClass)
                .map(e -> e.kind() == UidRegistry.Kind.STORAGE)
                .orElse(true);
    }

    /**
     * The storage classes of the table in UID order, for proposals and the conformance statement.
     */
    public static List<Uid> knownStorageClasses() {
        return StreamSupport.stream(UidRegistry.entries().spliterator(), false)
                .filter(e -> e.kind() == UidRegistry.Kind.STORAGE)
                .map(UidRegistry.Entry::uid)
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
