package strata.policy.lifecycle;

import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.base.Uid;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * The content of the file {@code keeping}, laid out in the package description. Immutable.
 *
 * @param byKey holds by study and case
 * @param released until when deletions in a study were released
 */
record KeepingFile(Map<String, Hold> byKey, Map<Uid, Instant> released) {
    static final int MAX_BYTES = 64 << 20;
    static final KeepingFile EMPTY = new KeepingFile(Map.of(), Map.of());

    /** The same at every site: at a tie a hold counts, then the text decides. */
    private static final Comparator<Hold> LATER = Comparator.comparing(Hold::at)
            .thenComparing(Hold::placed)
            .thenComparing(Hold::actor)
            .thenComparing(Hold::text);

    private static final String MAGIC = "strata-keeping";
    private static final int FORMAT = 1;

    KeepingFile with(Hold hold) {
        String key = hold.study() + " " + hold.caseName();
        Hold before = byKey.get(key);
        if (before != null && LATER.compare(hold, before) <= 0) {
            return this;
        }
        Map<String, Hold> changed = new TreeMap<>(byKey);
        changed.put(key, hold);
        return new KeepingFile(changed, released);
    }

    Map<Uid, Instant> releases() {
        return Map.copyOf(released);
    }

    KeepingFile withReleased(Uid study, Instant until) {
        Map<Uid, Instant> changed = new TreeMap<>(released);
        changed.merge(study, until, (a, b) -> a.isAfter(b) ? a : b);
        return new KeepingFile(byKey, changed);
    }

    List<Hold> holds() {
        return List.copyOf(byKey.values());
    }

    /** The studies of which another file says something else. */
    Set<Uid> differing(KeepingFile other) {
        Set<Uid> studies = new TreeSet<>();
        byKey.forEach((key, hold) -> {
            if (!hold.equals(other.byKey.get(key))) {
                studies.add(hold.study());
            }
        });
        return studies;
    }

    Optional<Instant> released(Uid study) {
        return Optional.ofNullable(released.get(study));
    }

    /** The map is sorted by study first. */
    List<String> cases(Uid study) {
        String from = study + " ";
        Map<String, Hold> of = byKey instanceof TreeMap<String, Hold> sorted
                ? sorted.subMap(from, study + "!")
                : byKey;
        return of.values().stream()
                .filter(h -> h.placed() && h.study().equals(study))
                .map(Hold::caseName)
                .toList();
    }

    byte[] encode() {
        StringBuilder out = new StringBuilder(MAGIC + " " + FORMAT + "\n");
        byKey.values()
                .forEach(h -> out.append("hold\t")
                        .append(h.study())
                        .append('\t')
                        .append(h.caseName())
                        .append('\t')
                        .append(h.placed() ? "placed" : "lifted")
                        .append('\t')
                        .append(h.at().toEpochMilli())
                        .append('\t')
                        .append(h.actor())
                        .append('\t')
                        .append(h.text())
                        .append('\n'));
        released.forEach((study, until) -> out.append("released\t")
                .append(study)
                .append('\t')
                .append(until.toEpochMilli())
                .append('\n'));
        String crc = crc(out.toString());
        out.append("end ").append(crc).append('\n');
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    static KeepingFile decode(String where, byte[] bytes)
            throws CorruptDataException, FormatException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        String[] lines = text.split("\n", -1);
        String[] head = lines[0].split(" ");
        if (head.length == 2 && head[0].equals(MAGIC) && head[1].matches("\\d{1,9}")) {
            int format = Integer.parseInt(head[1]);
            if (format > FORMAT) {
                throw new FormatException(FormatException.Kind.TOO_NEW, where, FORMAT, format);
            }
        }
        int end = text.lastIndexOf("end ");
        if (end < 1 || !text.substring(end).equals("end " + crc(text.substring(0, end)) + "\n")) {
            throw new CorruptDataException(where, Math.max(0, end), "the checksum", "another");
        }
        try {
            return parsed(lines);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new CorruptDataException(where, 0, "lines of holds", "others");
        }
    }

    private static KeepingFile parsed(String[] lines) {
        Map<String, Hold> holds = new TreeMap<>();
        Map<Uid, Instant> released = new TreeMap<>();
        for (int i = 1; i < lines.length - 2; i++) {
            String[] words = lines[i].split("\t", -1);
            if (words[0].equals("hold")) {
                Hold hold = new Hold(
                        words[2],
                        new Uid(words[1]),
                        words[3].equals("placed"),
                        Instant.ofEpochMilli(Long.parseLong(words[4])),
                        words[5],
                        words[6]);
                holds.put(hold.study() + " " + hold.caseName(), hold);
            } else if (words[0].equals("released")) {
                released.put(new Uid(words[1]), Instant.ofEpochMilli(Long.parseLong(words[2])));
            } else {
                throw new IllegalArgumentException(words[0]);
            }
        }
        return new KeepingFile(holds, released);
    }

    private static String crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
