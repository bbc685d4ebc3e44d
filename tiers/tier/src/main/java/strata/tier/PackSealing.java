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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes packs that are sealed, each study by its own key: destroying that takes the study and
 * nothing else. A pack of one study is sealed as a whole, a shared one in parts.
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
     * @throws IllegalArgumentException when the objects of a study do not follow each other
     */
    public PackSummary write(
            List<PackObject> objects, EncodingProfile profile, Instant created, OutputStream to)
            throws IOException {
        Map<Uid, List<PackObject>> studies = byStudy(objects);
        Map<Uid, StudyKey> each = new LinkedHashMap<>();
        for (Uid study : studies.keySet()) {
            each.put(study, keys.forStudy(study));
        }
        // The keys are on the medium before the first byte that needs them.
        keys.bringUp(medium);
        PackId id = PackId.of(objects);
        if (studies.size() == 1) {
            StudyKey key = each.values().iterator().next();
            ByteBuffer name = ByteBuffer.allocate(SealedFormat.NAME_BYTES);
            id.write(name);
            return seal(objects, profile, created, key, name.flip(), to);
        }
        return writeShared(id, studies, each, profile, created, to);
    }

    private static Map<Uid, List<PackObject>> byStudy(List<PackObject> objects) {
        Map<Uid, List<PackObject>> out = new LinkedHashMap<>();
        Uid last = null;
        for (PackObject object : objects) {
            Uid study = object.key().study();
            if (!study.equals(last) && out.containsKey(study)) {
                throw new IllegalArgumentException("study " + study + " is in two places");
            }
            out.computeIfAbsent(study, s -> new ArrayList<>()).add(object);
            last = study;
        }
        return out;
    }

    private static PackSummary seal(
            List<PackObject> objects,
            EncodingProfile profile,
            Instant created,
            StudyKey key,
            ByteBuffer name,
            OutputStream to)
            throws IOException {
        SealingStream sealing = new SealingStream(key, name, to);
        PackSummary inside = PackWriter.write(objects, profile, created, sealing);
        return new PackSummary(inside.pack(), sealing.finish(), inside.entries());
    }

    private static PackSummary writeShared(
            PackId id,
            Map<Uid, List<PackObject>> studies,
            Map<Uid, StudyKey> keys,
            EncodingProfile profile,
            Instant created,
            OutputStream to)
            throws IOException {
        to.write(SharedFormat.header(id, studies.size(), created));
        List<SharedFormat.Part> parts = new ArrayList<>();
        List<PackSummary.Entry> entries = new ArrayList<>();
        long offset = SharedFormat.HEADER_LENGTH;
        for (Map.Entry<Uid, List<PackObject>> study : studies.entrySet()) {
            int number = parts.size();
            int first = entries.size();
            PackSummary part = seal(
                    study.getValue(),
                    profile,
                    created,
                    keys.get(study.getKey()),
                    SharedFormat.partName(id, number),
                    to);
            parts.add(new SharedFormat.Part(
                    number, offset, part.lengthBytes(), first, part.entries().size()));
            part.entries().forEach(entry -> entries.add(entry.numbered(first + entry.number())));
            offset += part.lengthBytes();
        }
        byte[] end = SharedFormat.end(id, parts);
        to.write(end);
        to.flush();
        return new PackSummary(id.toString(), offset + end.length, entries);
    }
}
