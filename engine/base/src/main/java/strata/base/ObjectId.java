package strata.base;

import java.nio.ByteBuffer;

/**
 * Names one version of an instance for ever: the site where it was first received and a sequence
 * number of that site, from 1. Printed as {@code site-sequence}.
 */
public record ObjectId(SiteId site, long sequence) implements Comparable<ObjectId> {
    public static final int LENGTH_BYTES = 16;

    public ObjectId {
        if (sequence < 1) {
            throw new IllegalArgumentException("object sequence starts at 1, not " + sequence);
        }
    }

    /** Takes an id from the next 16 bytes, big-endian. */
    public static ObjectId read(ByteBuffer from) {
        return new ObjectId(new SiteId(from.getLong()), from.getLong());
    }

    public static ObjectId parse(String text) {
        int dash = text.indexOf('-');
        if (dash != 16) {
            throw new IllegalArgumentException("object id is SITE-SEQUENCE: " + Printable.of(text));
        }
        return new ObjectId(
                SiteId.parse(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
    }

    public void write(ByteBuffer to) {
        to.putLong(site.value()).putLong(sequence);
    }

    @Override
    public int compareTo(ObjectId other) {
        int bySite = site.compareTo(other.site);
        return bySite != 0 ? bySite : Long.compare(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return site + "-" + sequence;
    }
}
