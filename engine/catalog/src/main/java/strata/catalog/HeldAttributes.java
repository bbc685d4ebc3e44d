package strata.catalog;

import strata.base.ObjectId;
import strata.dicom.DataSet;
import strata.dicom.Element;
import strata.dicom.Tag;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    private final DataSet data;
    private final Map<Integer, Stamp> stamps;

    /** The attributes as they stand in a row, while nothing has changed since. */
    private byte[] encoded;

    private HeldAttributes(DataSet data, Map<Integer, Stamp> stamps) {
        this.data = data;
        this.stamps = stamps;
    }

    static HeldAttributes none() {
        return new HeldAttributes(new DataSet().toUtf8(), new HashMap<>());
    }

    /** The attributes, in ISO_IR 192; not to be changed. */
    DataSet data() {
        return data;
    }

    /** Takes over what the instance knows earlier or first; true when that changed anything. */
    boolean offer(Stamp stamp, DataSet keys, Set<Integer> tags) {
        boolean changed = false;
        for (Element element : keys.elements()) {
            if (element.isEmpty()
                    || !tags.contains(element.tag())
                    || KeyRow.sizeBytes(element) > MAX_ELEMENT_BYTES) {
                continue;
            }
            Stamp held = stamps.get(element.tag());
            if (held == null || stamp.compareTo(held) < 0) {
                data.put(element);
                stamps.put(element.tag(), stamp);
                encoded = null;
                changed = true;
            }
        }
        return changed;
    }

    /** Takes over what others hold earlier or alone. */
    void absorb(HeldAttributes other, Set<Integer> tags) {
        for (Element element : other.data.elements()) {
            Stamp given = other.stamps.get(element.tag());
            Stamp held = stamps.get(element.tag());
            if (given != null
                    && tags.contains(element.tag())
                    && (held == null || given.compareTo(held) < 0)) {
                data.put(element);
                stamps.put(element.tag(), given);
                encoded = null;
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
        List<Stamp> distinct = stamps.values().stream().distinct().sorted().toList();
        out.varint(distinct.size());
        for (Stamp stamp : distinct) {
            out.instant(stamp.receivedAt());
            stamp.id().write(out.room(ObjectId.LENGTH_BYTES));
        }
        for (Element element : data.elements()) {
            if (element.tag() != Tag.SpecificCharacterSet) {
                out.varint(distinct.indexOf(stamps.get(element.tag())));
            }
        }
    }

    static HeldAttributes decode(RowFamily family, RowReader in) throws CatalogDamagedException {
        DataSet data = KeyRow.decode(family, in.block());
        List<Stamp> distinct = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            Instant receivedAt = in.instant();
            distinct.add(new Stamp(receivedAt, ObjectId.read(in.buffer())));
        }
        Map<Integer, Stamp> stamps = new HashMap<>();
        for (Element element : data.elements()) {
            if (element.tag() != Tag.SpecificCharacterSet) {
                stamps.put(element.tag(), distinct.get((int) in.varint()));
            }
        }
        return new HeldAttributes(data, stamps);
    }
}
