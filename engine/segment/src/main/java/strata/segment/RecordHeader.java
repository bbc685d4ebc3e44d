package strata.segment;

import strata.base.Digest;
import strata.base.ObjectId;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;

/**
 * What a record says of itself.
 *
 * @param digest SHA-256 of the body
 * @param attributes what the writer added at commit; its own copy
 * @param appendedAt when the record was first appended, to the millisecond; kept by copies
 */
public record RecordHeader(
        RecordKind kind,
        ObjectId id,
        Digest digest,
        long bodyLengthBytes,
        byte[] attributes,
        Instant appendedAt) {
    public RecordHeader {
        attributes = attributes.clone();
    }

    @Override
    public byte[] attributes() {
        return attributes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordHeader that
                && kind == that.kind
                && id.equals(that.id)
                && digest.equals(that.digest)
                && bodyLengthBytes == that.bodyLengthBytes
                && Arrays.equals(attributes, that.attributes)
                && appendedAt.equals(that.appendedAt);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, id, digest, bodyLengthBytes, appendedAt);
    }

    @Override
    public String toString() {
        return kind + " " + id + " (" + bodyLengthBytes + " bytes, sha256 " + digest + ")";
    }
}
