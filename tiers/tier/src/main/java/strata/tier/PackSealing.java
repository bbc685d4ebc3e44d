package strata.tier;

import strata.base.Uid;
import strata.codec.EncodingProfile;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.SealedFormat;
import strata.tier.crypto.SealingStream;
import strata.tier.crypto.StudyKey;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * Writes packs that are sealed by the key of their study. A sealed pack holds one study: destroying
 * its key takes that study and nothing else.
 */
public final class PackSealing {
    private final KeyLedger keys;
    private final String medium;

    /** @param medium under which the tier's copy of the ledger is attached */
    public PackSealing(KeyLedger keys, String medium) {
        this.keys = keys;
        this.medium = medium;
    }

    /**
     * As {@link PackWriter#write}; the length in the summary is that of the sealed file.
     *
     * @throws IllegalArgumentException when the objects are of several studies
     */
    public PackSummary write(
            List<PackObject> objects, EncodingProfile profile, Instant created, OutputStream to)
            throws IOException {
        List<Uid> studies =
                objects.stream().map(o -> o.key().study()).distinct().toList();
        if (studies.size() != 1) {
            throw new IllegalArgumentException("a sealed pack of " + studies.size() + " studies");
        }
        ByteBuffer name = ByteBuffer.allocate(SealedFormat.NAME_BYTES);
        PackId.of(objects).write(name);
        StudyKey key = keys.forStudy(studies.get(0));
        // The key is on the medium before the first byte that needs it.
        keys.bringUp(medium);
        SealingStream sealing = new SealingStream(key, name.flip(), to);
        PackSummary inside = PackWriter.write(objects, profile, created, sealing);
        return new PackSummary(inside.pack(), sealing.finish(), inside.entries());
    }
}
