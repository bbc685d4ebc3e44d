package strata.tier;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.catalog.InstanceKey;

import java.io.IOException;
import java.io.InputStream;

/**
 * One object that is to go into a pack.
 *
 * @param digest SHA-256 of its receipt; the writer compares what it reads with it
 * @param lengthBytes of the canonical file
 * @param attributes the attributes of its record, opaque here, kept so that the catalog can be
 *     rebuilt from packs alone; at most {@link PackFormat#MAX_ATTRIBUTES_BYTES}
 * @param content opens the bytes; called once, the stream is closed by the writer
 */
public record PackObject(
        ObjectId id,
        InstanceKey key,
        Digest digest,
        long lengthBytes,
        byte[] attributes,
        Content content) {
    /** Opens the bytes of an object. */
    @FunctionalInterface
    public interface Content {
        InputStream open() throws IOException;
    }

    public PackObject {
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("length of " + id + ": " + lengthBytes);
        }
        if (attributes.length > PackFormat.MAX_ATTRIBUTES_BYTES) {
            throw new IllegalArgumentException(
                    "attributes of " + id + ": " + attributes.length + " bytes");
        }
        attributes = attributes.clone();
    }

    @Override
    public byte[] attributes() {
        return attributes.clone();
    }
}
