package strata.dicom;

import strata.base.Uid;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A transfer syntax, PS3.5 10 and Annex A: how the data set is encoded and whether Pixel Data is
 * native or encapsulated.
 *
 * @param pixels how Pixel Data is carried
 */
public record TransferSyntax(Uid uid, String name, Encoding encoding, Pixels pixels) {
    /** Encoding of the elements. */
    public enum Encoding {
        IMPLICIT_LITTLE,
        EXPLICIT_LITTLE,
        EXPLICIT_BIG,
        DEFLATED
    }

    /** Where the pixels are and whether their coding may lose information. */
    public enum Pixels {
        NATIVE,
        ENCAPSULATED_LOSSLESS,
        ENCAPSULATED_LOSSY,
        /** By a reference to elsewhere (JPIP): not stored. */
        REFERENCED,
        /** Not a data set encoding for storage at all (MIME, XML, real-time video). */
        NOT_A_DATA_SET
    }

    private static final Map<String, TransferSyntax> KNOWN = new LinkedHashMap<>();
    private static final String ROOT = "1.2.840.10008.1.2";

    public static final TransferSyntax IMPLICIT_VR_LITTLE_ENDIAN =
            known("", Encoding.IMPLICIT_LITTLE, Pixels.NATIVE);
    public static final TransferSyntax EXPLICIT_VR_LITTLE_ENDIAN =
            known(".1", Encoding.EXPLICIT_LITTLE, Pixels.NATIVE);
    public static final TransferSyntax DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN =
            known(".1.99", Encoding.DEFLATED, Pixels.NATIVE);
    public static final TransferSyntax EXPLICIT_VR_BIG_ENDIAN =
            known(".2", Encoding.EXPLICIT_BIG, Pixels.NATIVE);
    public static final TransferSyntax ENCAPSULATED_UNCOMPRESSED = lossless(".1.98");
    public static final TransferSyntax JPEG_BASELINE = lossy(".4.50");
    public static final TransferSyntax JPEG_EXTENDED = lossy(".4.51");
    public static final TransferSyntax JPEG_LOSSLESS = lossless(".4.57");
    public static final TransferSyntax JPEG_LOSSLESS_SV1 = lossless(".4.70");
    public static final TransferSyntax JPEG_LS_LOSSLESS = lossless(".4.80");
    public static final TransferSyntax JPEG_LS_NEAR_LOSSLESS = lossy(".4.81");
    public static final TransferSyntax JPEG_2000_LOSSLESS = lossless(".4.90");
    public static final TransferSyntax JPEG_2000 = lossy(".4.91");
    public static final TransferSyntax RLE_LOSSLESS = lossless(".5");

    static {
        List.of(".4.58", ".4.65", ".4.66", ".4.92", ".4.110", ".4.201", ".4.202", ".8.1")
                .forEach(TransferSyntax::lossless);
        List.of(".4.52 .4.53 .4.54 .4.55 .4.56 .4.59 .4.60 .4.61 .4.62 .4.63 .4.64 .4.93"
                        .split(" "))
                .forEach(TransferSyntax::lossy);
        List.of(".4.100 .4.101 .4.102 .4.103 .4.104 .4.105 .4.106 .4.107 .4.108".split(" "))
                .forEach(TransferSyntax::lossy);
        // Recompressed JPEG and the general JPEG XL and HTJ2K syntaxes may hold lossy pixels.
        List.of(".4.111", ".4.112", ".4.203").forEach(TransferSyntax::lossy);
        known(".4.94", Encoding.EXPLICIT_LITTLE, Pixels.REFERENCED);
        known(".4.95", Encoding.DEFLATED, Pixels.REFERENCED);
        known(".4.204", Encoding.EXPLICIT_LITTLE, Pixels.REFERENCED);
        known(".4.205", Encoding.DEFLATED, Pixels.REFERENCED);
        List.of(".6.1", ".6.2", ".7.1", ".7.2", ".7.3")
                .forEach(s -> known(s, Encoding.EXPLICIT_LITTLE, Pixels.NOT_A_DATA_SET));
    }

    private static TransferSyntax lossless(String suffix) {
        return known(suffix, Encoding.EXPLICIT_LITTLE, Pixels.ENCAPSULATED_LOSSLESS);
    }

    private static TransferSyntax lossy(String suffix) {
        return known(suffix, Encoding.EXPLICIT_LITTLE, Pixels.ENCAPSULATED_LOSSY);
    }

    private static TransferSyntax known(String suffix, Encoding encoding, Pixels pixels) {
        Uid uid = new Uid(ROOT + suffix);
        TransferSyntax syntax = new TransferSyntax(uid, UidRegistry.name(uid), encoding, pixels);
        KNOWN.put(uid.value(), syntax);
        return syntax;
    }

    /** The registered syntax with this UID. */
    public static Optional<TransferSyntax> known(Uid uid) {
        return Optional.ofNullable(KNOWN.get(uid.value()));
    }

    /**
     * The syntax with this UID; a private or future one is taken as explicit little endian with
     * encapsulated pixels, which PS3.5 10.1 and A.4 make the rule for all but the four basic ones.
     */
    public static TransferSyntax of(Uid uid) {
        return known(uid)
                .orElseGet(() -> new TransferSyntax(
                        uid, uid.value(), Encoding.EXPLICIT_LITTLE, Pixels.ENCAPSULATED_LOSSY));
    }

    /** All registered syntaxes, the four basic ones first. */
    public static Collection<TransferSyntax> all() {
        return List.copyOf(KNOWN.values());
    }

    /**
     * Whether an archive can keep objects in it: neither pixels elsewhere nor no data set at all.
     */
    public boolean isStorable() {
        return pixels != Pixels.REFERENCED && pixels != Pixels.NOT_A_DATA_SET;
    }

    public boolean isEncapsulated() {
        return pixels == Pixels.ENCAPSULATED_LOSSLESS || pixels == Pixels.ENCAPSULATED_LOSSY;
    }

    public boolean isExplicit() {
        return encoding != Encoding.IMPLICIT_LITTLE;
    }

    public boolean isBigEndian() {
        return encoding == Encoding.EXPLICIT_BIG;
    }

    public boolean isDeflated() {
        return encoding == Encoding.DEFLATED;
    }

    @Override
    public String toString() {
        return name + " (" + uid + ")";
    }
}
