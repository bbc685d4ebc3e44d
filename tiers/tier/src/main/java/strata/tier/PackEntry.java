package strata.tier;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.catalog.InstanceKey;
import strata.codec.EncodedLayout;

/**
 * One object in a pack, as the footer describes it.
 *
 * @param number its place, from 0: the {@code entry} of a pack location
 * @param lengthBytes of the original
 * @param attributes of its record, opaque here
 * @param offset of the encoded object in the pack; in a shared one, in the pack that its part is
 * @param layout its chunks
 * @param template number of the series template, or {@link PackFormat#NO_TEMPLATE}
 */
public record PackEntry(
        int number,
        ObjectId id,
        InstanceKey key,
        Digest digest,
        long lengthBytes,
        byte[] attributes,
        long offset,
        EncodedLayout layout,
        int template) {
    public PackEntry {
        attributes = attributes.clone();
    }

    @Override
    public byte[] attributes() {
        return attributes.clone();
    }

    /** As it is called in the pack of which its own is a part. */
    PackEntry numbered(int other) {
        return new PackEntry(
                other, id, key, digest, lengthBytes, attributes, offset, layout, template);
    }

    /** Bytes of the encoded object. */
    public long storedBytes() {
        return layout.encodedBytes();
    }
}
