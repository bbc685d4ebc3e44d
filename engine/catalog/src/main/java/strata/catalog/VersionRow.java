package strata.catalog;

import strata.base.AeTitle;
import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.Uid;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The row of a version in {@link RowFamily#INSTANCES}, and the pointers to it. */
final class VersionRow {
    private static final int LAYOUT = 2;
    private static final VersionState[] STATES = VersionState.values();
    private static final PlacementState[] PLACEMENT_STATES = PlacementState.values();

    private VersionRow() {}

    /** Names a version by where its row is. */
    record Pointer(InstanceKey key, ObjectId id) {
        byte[] rowKey() {
            return Keys.version(key, id);
        }
    }

    static byte[] encode(VersionEntry entry) {
        RowWriter out = RowWriter.row(LAYOUT).u8(entry.state().ordinal());
        out.keyPart(entry.sopClass()).keyPart(entry.transferSyntax());
        entry.digest().write(out.room(Digest.LENGTH_BYTES));
        out.varint(entry.lengthBytes()).instant(entry.receivedAt());
        out.text(entry.source().map(AeTitle::value).orElse(""));
        out.u8(entry.placements().size());
        for (Placement placement : entry.placements()) {
            encode(placement, out);
        }
        return out.toBytes();
    }

    private static void encode(Placement placement, RowWriter out) {
        Location location = placement.location();
        if (location instanceof SegmentLocation hot) {
            out.u8(0).varint(hot.segment()).varint(hot.offset());
        } else if (location instanceof PackLocation pack) {
            out.u8(1).text(pack.tier()).text(pack.pack()).varint(pack.entry());
        } else if (location instanceof SiteLocation site) {
            out.u8(2).text(site.site());
        }
        out.u8(placement.state().ordinal()).instant(placement.verifiedAt());
    }

    static VersionEntry decode(byte[] key, byte[] row) throws CatalogDamagedException {
        Pointer pointer = pointer(RowFamily.INSTANCES, key);
        return RowReader.decode(RowFamily.INSTANCES, row, in -> decode(pointer, in));
    }

    private static VersionEntry decode(Pointer pointer, RowReader in)
            throws CatalogDamagedException {
        in.layout(LAYOUT);
        VersionState state = in.constant(STATES);
        Uid sopClass = in.keyPart();
        Uid transferSyntax = in.keyPart();
        Digest digest = Digest.read(in.buffer());
        long lengthBytes = in.varint();
        Instant receivedAt = in.instant();
        String source = in.text();
        List<Placement> placements = new ArrayList<>();
        for (int left = in.u8(); left > 0; left--) {
            placements.add(
                    new Placement(location(in), in.constant(PLACEMENT_STATES), in.instant()));
        }
        return new VersionEntry(
                pointer.id(),
                pointer.key(),
                sopClass,
                transferSyntax,
                digest,
                lengthBytes,
                receivedAt,
                source.isEmpty() ? Optional.empty() : Optional.of(new AeTitle(source)),
                state,
                placements);
    }

    private static Location location(RowReader in) {
        int kind = in.u8();
        return switch (kind) {
            case 0 -> new SegmentLocation(in.varint(), in.varint());
            case 1 -> new PackLocation(in.text(), in.text(), (int) in.varint());
            case 2 -> new SiteLocation(in.text());
            default -> throw new IllegalArgumentException("no location of kind " + kind);
        };
    }

    /** Takes the key of a version row apart; pointer rows hold the same bytes as their value. */
    static Pointer pointer(RowFamily family, byte[] key) throws CatalogDamagedException {
        return RowReader.decode(family, key, in -> {
            InstanceKey instance = new InstanceKey(in.keyPart(), in.keyPart(), in.keyPart());
            return new Pointer(instance, ObjectId.read(in.buffer()));
        });
    }
}
