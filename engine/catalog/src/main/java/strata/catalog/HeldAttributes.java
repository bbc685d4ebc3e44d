package strata.catalog;

import strata.base.ObjectId;
import strata.dicom.DataSet;
import strata.dicom.Element;
import strata.dicom.Tag;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The attributes of a study or a series, put together from its instances: each is taken from the
 * first received instance in which it is not empty. Since every value keeps the stamp of where it
 * came from, the outcome does not depend on the order in which instances are entered. What an
 * instance gave stays when the instance goes. Elements beyond {@value #MAX_ELEMENT_BYTES} bytes are
 * not held: the row is written again with every instance.
 */
final class HeldAttributes {
    static final int MAX_ELEMENT_BYTES = 16 << 10;

    /** When an instance was received; ties between clocks fall to the object id. */
    record Stamp(Instant receivedAt, ObjectId id) implements Comparable<Stamp> {
        static Stamp of(VersionEntry entry) {
            return new Stamp(entry.receivedAt(), entry.id());
        }

        @Override
        public int compareTo(Stamp other) {
            int byTime = receivedAt.compareTo(other.receivedAt);
            return byTime != 0 ? byTime : id.compareTo(other.id);
        }
    }

    private static final int ROOM = 32;

    private final DataSet data;

    /** The tags with a stamp, in unsigned order, and the stamps of each. */
    private int[] tags = new int[ROOM];

    private Stamp[] stamps = new Stamp[ROOM];
    private int size;

    /** The attributes as they stand in a row, while nothing has changed since. */
    private byte[] encoded;

    private HeldAttributes(DataSet data) {
        this.data = data;
    }

    static HeldAttributes none() {
        return new HeldAttributes(new DataSet().toUtf8());
    }

    /** The attributes, in ISO_IR 192; not to be changed. */
    DataSet data() {
        return data;
    }

    /** Takes over what the instance knows earlier or first; true when that changed anything. */
    boolean offer(Stamp stamp, DataSet keys, TagSet wanted) {
        boolean changed = false;
        // Most attributes come from one and the same instance: its stamp is compared once.
        Stamp compared = null;
        boolean later = false;
        int at = 0;
        // Both are in tag order, so that one pass over each is enough.
        for (Element element : keys.elements()) {
            int tag = element.tag();
            while (at < size && Integer.compareUnsigned(tags[at], tag) < 0) {
                at++;
            }
            boolean held = at < size && tags[at] == tag;
            if (held && stamps[at] != compared) {
                compared = stamps[at];
                later = stamp.compareTo(compared) >= 0;
            }
            if (held ? later : !wanted.contains(tag)) {
                continue;
            }
            if (!element.isEmpty() && KeyRow.sizeBytes(element) <= MAX_ELEMENT_BYTES) {
                set(at, held, element, stamp);
                changed = true;
            }
        }
        return changed;
    }

    private void set(int at, boolean held, Element element, Stamp stamp) {
        if (!held) {
            if (size == tags.length) {
                tags = Arrays.copyOf(tags, 2 * size + 1);
                stamps = Arrays.copyOf(stamps, 2 * size + 1);
            }
            System.arraycopy(tags, at, tags, at + 1, size - at);
            System.arraycopy(stamps, at, stamps, at + 1, size - at);
            tags[at] = element.tag();
            size++;
        }
        stamps[at] = stamp;
        data.put(element);
        encoded = null;
    }

    /** Takes over what others hold earlier or alone. */
    void absorb(HeldAttributes other, TagSet wanted) {
        int at = 0;
        for (int i = 0; i < other.size; i++) {
            int tag = other.tags[i];
            while (at < size && Integer.compareUnsigned(tags[at], tag) < 0) {
                at++;
            }
            boolean held = at < size && tags[at] == tag;
            boolean earlier = !held || other.stamps[i].compareTo(stamps[at]) < 0;
            if (earlier && wanted.contains(tag)) {
                set(at, held, other.data.element(tag).orElseThrow(), other.stamps[i]);
            }
        }
    }

    void encode(RowWriter out) {
        if (encoded == null) {
            RowWriter anew = new RowWriter();
            encodeAnew(anew);
            encoded = anew.toBytes();
        }
        out.raw(encoded);
    }

    private void encodeAnew(RowWriter out) {
        out.block(KeyRow.encode(data));
        List<Stamp> distinct =
                Arrays.stream(stamps, 0, size).distinct().sorted().toList();
        out.varint(distinct.size());
        for (Stamp stamp : distinct) {
            out.instant(stamp.receivedAt());
            stamp.id().write(out.room(ObjectId.LENGTH_BYTES));
        }
        for (int i = 0; i < size; i++) {
            out.varint(distinct.indexOf(stamps[i]));
        }
    }

    static HeldAttributes decode(RowFamily family, RowReader in) throws CatalogDamagedException {
        HeldAttributes held = new HeldAttributes(KeyRow.decode(family, in.block()));
        List<Stamp> distinct = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            Instant receivedAt = in.instant();
            distinct.add(new Stamp(receivedAt, ObjectId.read(in.buffer())));
        }
        int[] tags = new int[held.data.size()];
        Stamp[] stamps = new Stamp[tags.length];
        for (Element element : held.data.elements()) {
            if (element.tag() != Tag.SpecificCharacterSet) {
                tags[held.size] = element.tag();
                stamps[held.size++] = distinct.get((int) in.varint());
            }
        }
        held.tags = tags;
        held.stamps = stamps;
        return held;
    }
}
