package strata.dicom;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The data elements of PS3.6 and PS3.7, from the committed table. Lookups are by binary search on
 * int arrays and allocate nothing; immutable and safe for any thread.
 */
public final class Dictionary {
    /**
     * One line of the table. {@code alternatives}: the VRs between which the context decides, the
     * one used by default first; {@code tag} of a repeating group has zeros for its free digits.
     */
    public record Entry(
            int tag,
            Vr vr,
            List<Vr> alternatives,
            String multiplicity,
            String keyword,
            String name,
            boolean retired) {
        public Entry {
            alternatives = List.copyOf(alternatives);
        }
    }

    private record Repeating(int mask, Entry entry) {}

    private static final Dictionary INSTANCE = new Dictionary();

    private final int[] tags;
    private final Vr[] vrs;
    private final Entry[] entries;
    private final Repeating[] repeating;
    private final Map<String, Entry> byKeyword = new HashMap<>();

    private Dictionary() {
        List<Entry> plain = new ArrayList<>();
        List<Repeating> masked = new ArrayList<>();
        TableFile.forEachLine("elements.tsv", 6, line -> add(line, plain, masked));
        plain.sort((a, b) -> Integer.compareUnsigned(a.tag(), b.tag()));
        entries = plain.toArray(new Entry[0]);
        tags = plain.stream().mapToInt(e -> flip(e.tag())).toArray();
        vrs = plain.stream().map(Entry::vr).toArray(Vr[]::new);
        repeating = masked.toArray(new Repeating[0]);
        plain.stream()
                .filter(e -> !e.keyword().isEmpty())
                .forEach(e -> byKeyword.put(e.keyword(), e));
        masked.forEach(r -> byKeyword.putIfAbsent(r.entry().keyword(), r.entry()));
    }

    private static void add(String[] line, List<Entry> plain, List<Repeating> masked) {
        int mask = 0;
        for (char c : line[0].toCharArray()) {
            mask = mask << 4 | (c == 'x' ? 0 : 0xF);
        }
        int tag = Integer.parseUnsignedInt(line[0].replace('x', '0'), 16);
        List<Vr> alternatives = new ArrayList<>();
        for (String code : line[1].split("\\|")) {
            if (!code.isEmpty()) {
                alternatives.add(Vr.valueOf(code));
            }
        }
        // Implicit little endian means words wherever bytes or words are possible, PS3.5 A.1;
        // the retired curves and audio are the exception.
        boolean curve = tag >>> 24 == 0x50;
        if (!curve && alternatives.contains(Vr.OB) && alternatives.contains(Vr.OW)) {
            Collections.swap(alternatives, 0, alternatives.indexOf(Vr.OW));
        }
        Vr vr = alternatives.isEmpty() ? Vr.UN : alternatives.get(0);
        Entry entry =
                new Entry(tag, vr, alternatives, line[2], line[3], line[4], line[5].equals("R"));
        if (mask == -1) {
            plain.add(entry);
        } else {
            masked.add(new Repeating(mask, entry));
        }
    }

    private static int flip(int tag) {
        return tag ^ Integer.MIN_VALUE;
    }

    /**
     * The VR that implicit encodings give to a tag: from the table, UL for group lengths, LO for
     * private creators, otherwise UN. Where the table offers US or SS it is US; see
     * {@link #signedAlternative}.
     */
    public static Vr vr(int tag) {
        int at = Arrays.binarySearch(INSTANCE.tags, flip(tag));
        if (at >= 0) {
            return INSTANCE.vrs[at];
        }
        if (Tag.isGroupLength(tag)) {
            return Vr.UL;
        }
        if (Tag.isPrivate(tag)) {
            return Tag.isPrivateCreator(tag) ? Vr.LO : Vr.UN;
        }
        for (Repeating r : INSTANCE.repeating) {
            if ((tag & r.mask) == r.entry.tag()) {
                return r.entry.vr();
            }
        }
        return Vr.UN;
    }

    /** Whether Pixel Representation chooses between US and SS for this tag. */
    public static boolean signedAlternative(int tag) {
        int at = Arrays.binarySearch(INSTANCE.tags, flip(tag));
        return at >= 0
                && INSTANCE.vrs[at] == Vr.US
                && INSTANCE.entries[at].alternatives().contains(Vr.SS);
    }

    /** The table's line for a tag, also when the tag falls into a repeating group. */
    public static Optional<Entry> entry(int tag) {
        int at = Arrays.binarySearch(INSTANCE.tags, flip(tag));
        if (at >= 0) {
            return Optional.of(INSTANCE.entries[at]);
        }
        if (!Tag.isPrivate(tag)) {
            for (Repeating r : INSTANCE.repeating) {
                if ((tag & r.mask) == r.entry.tag()) {
                    return Optional.of(r.entry);
                }
            }
        }
        return Optional.empty();
    }

    /** The keyword of PS3.6, empty when the tag has none. */
    public static String keyword(int tag) {
        return entry(tag).map(Entry::keyword).orElse("");
    }

    /** The tag of a keyword such as {@code PatientID}, or of eight hexadecimal digits. */
    public static OptionalInt tag(String keywordOrDigits) {
        Entry entry = INSTANCE.byKeyword.get(keywordOrDigits);
        if (entry != null) {
            return OptionalInt.of(entry.tag());
        }
        if (keywordOrDigits.length() != 8
                || !keywordOrDigits.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseUnsignedInt(keywordOrDigits, 16));
    }

    /** All lines with a single tag, in tag order. */
    public static List<Entry> entries() {
        return Collections.unmodifiableList(Arrays.asList(INSTANCE.entries));
    }
}
