package strata.frontdoor;

import strata.base.Digest;
import strata.catalog.VersionEntry;
import strata.frontdoor.identity.Coercion;
import strata.frontdoor.identity.Splice;
import strata.store.Store;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * What the current identity of a patient changes in one instance, read before anything of it is
 * sent: so its length and its name are known, and stay what they were said to be when a merge comes
 * meanwhile.
 *
 * @param splices of the data set, inflated when it is stored deflated
 */
public record IdentityChange(List<Splice> splices) {
    public static final IdentityChange NONE = new IdentityChange(List.of());

    private static final int NAME_CHARACTERS = 32;

    public IdentityChange {
        splices = List.copyOf(splices);
    }

    /** Reads the beginning of an instance, when there is anybody who was merged. */
    public static IdentityChange of(Store store, VersionEntry version, Coercion coercion)
            throws IOException {
        return coercion.isActive()
                ? new IdentityChange(StoredStream.splices(store, version, coercion))
                : NONE;
    }

    /** Whether the instance goes out as it was received. */
    public boolean isNone() {
        return splices.isEmpty();
    }

    /** By how many bytes the inflated data set grows; less than 0 when it shrinks. */
    public long growthBytes() {
        return Splice.growth(splices);
    }

    /** The same for the same change of the same instance, and another for every other one. */
    public String name() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Splice splice : splices) {
                out.writeLong(splice.at());
                out.writeLong(splice.cutBytes());
                out.writeInt(splice.bytes().length);
                out.write(splice.bytes());
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory takes whatever is written to it", e);
        }
        return Digest.ofBytes(bytes.toByteArray()).toString().substring(0, NAME_CHARACTERS);
    }
}
