package strata.frontdoor.availability;

import strata.base.AeTitle;
import strata.base.CheckedBytes;
import strata.base.Uid;

import java.io.DataInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who is still to hear of which studies, and since when, and its bytes in the file that the package
 * describes.
 */
record WaitingStudies(Map<AeTitle, Map<Uid, Instant>> byTitle) {
    static final int VERSION = 1;
    private static final CheckedBytes FORM = new CheckedBytes("STRANOTI", VERSION);

    byte[] encode() {
        return FORM.write(out -> {
            out.writeInt(byTitle.size());
            for (Map.Entry<AeTitle, Map<Uid, Instant>> title : byTitle.entrySet()) {
                CheckedBytes.writeText(out, title.getKey().value());
                out.writeInt(title.getValue().size());
                for (Map.Entry<Uid, Instant> study : title.getValue().entrySet()) {
                    CheckedBytes.writeText(out, study.getKey().value());
                    out.writeLong(study.getValue().toEpochMilli());
                }
            }
        });
    }

    /**
     * Reads it; throws what {@link CheckedBytes#read} throws.
     *
     * @param where the file, for messages
     */
    static WaitingStudies decode(byte[] bytes, String where) throws IOException {
        return FORM.read(bytes, where, "studies that wait", WaitingStudies::read);
    }

    private static WaitingStudies read(DataInputStream in) throws IOException {
        Map<AeTitle, Map<Uid, Instant>> byTitle = new LinkedHashMap<>();
        int titles = in.readInt();
        for (int i = 0; i < titles; i++) {
            Map<Uid, Instant> studies = new LinkedHashMap<>();
            byTitle.put(new AeTitle(CheckedBytes.readText(in)), studies);
            int count = in.readInt();
            for (int j = 0; j < count; j++) {
                studies.put(
                        new Uid(CheckedBytes.readText(in)), Instant.ofEpochMilli(in.readLong()));
            }
        }
        return new WaitingStudies(byTitle);
    }
}
