package strata.dicom;

import strata.base.Uid;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Registered UIDs of PS3.6 Annex A, from the committed table. Immutable. */
public final class UidRegistry {
    /** What a registered UID names. */
    public enum Kind {
        SYNTAX,
        STORAGE,
        SERVICE,
        OTHER
    }

    /** One line of the table. */
    public record Entry(Uid uid, Kind kind, String keyword, String name, boolean retired) {}

    private static final Map<String, Entry> ENTRIES = new HashMap<>();

    static {
        TableFile.forEachLine(
                "uids.tsv",
                5,
                f -> ENTRIES.put(
                        f[0],
                        new Entry(
                                new Uid(f[0]), Kind.valueOf(f[1]), f[2], f[3], f[4].equals("R"))));
    }

    private UidRegistry() {}

    public static Optional<Entry> entry(Uid uid) {
        return Optional.ofNullable(ENTRIES.get(uid.value()));
    }

    /** The registered name, or the UID itself. */
    public static String name(Uid uid) {
        return entry(uid).map(Entry::name).orElse(uid.value());
    }

    static Iterable<Entry> entries() {
        return ENTRIES.values();
    }
}
