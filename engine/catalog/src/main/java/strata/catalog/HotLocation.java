package strata.catalog;

import strata.base.Digest;
import strata.base.ObjectId;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The CURRENT version of a SOP Instance UID in short: enough to tell a repeated object and to find
 * its bytes in the hot tier.
 *
 * @param location a copy in the hot tier that is not known to be damaged
 */
public record HotLocation(
        ObjectId id, Digest digest, long lengthBytes, Optional<SegmentLocation> location) {
    static final int ROW_BYTES = ObjectId.LENGTH_BYTES + Digest.LENGTH_BYTES + 3 * Long.BYTES;
    private static final long NOWHERE = -1;

    static HotLocation of(VersionEntry entry) {
        Optional<SegmentLocation> hot = entry.placements().stream()
                .filter(placement -> placement.state() != PlacementState.DAMAGED)
                .map(Placement::location)
                .filter(SegmentLocation.class::isInstance)
                .map(SegmentLocation.class::cast)
                .findFirst();
        return new HotLocation(entry.id(), entry.digest(), entry.lengthBytes(), hot);
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(ROW_BYTES);
        id.write(out);
        digest.write(out);
        out.putLong(lengthBytes);
        out.putLong(location.map(SegmentLocation::segment).orElse(NOWHERE));
        out.putLong(location.map(SegmentLocation::offset).orElse(NOWHERE));
        return out.array();
    }

    static HotLocation decode(byte[] row) {
        ByteBuffer in = ByteBuffer.wrap(row);
        ObjectId id = ObjectId.read(in);
        Digest digest = Digest.read(in);
        long lengthBytes = in.getLong();
        long segment = in.getLong();
        long offset = in.getLong();
        return new HotLocation(
                id,
                digest,
                lengthBytes,
                segment == NOWHERE
                        ? Optional.empty()
                        : Optional.of(new SegmentLocation(segment, offset)));
    }
}
