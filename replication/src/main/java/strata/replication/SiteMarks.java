package strata.replication;

import strata.base.ObjectId;
import strata.base.SiteId;
import strata.catalog.Catalog;
import strata.replication.ReplicaLedger.Cursor;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The names and layouts of the catalog marks of one site, as the package's description tells them.
 * A mark that cannot be read counts as absent: everything is then offered again.
 */
final class SiteMarks {
    private static final byte LAYOUT = 1;
    private static final int REASON_BYTES = 300;

    private SiteMarks() {}

    static String cursor(String site, long segment) {
        return "replication/" + site + "/cursor/" + segment;
    }

    static String identity(String site) {
        return "replication/" + site + "/identity";
    }

    static String parked(String site) {
        return "replication/" + site + "/parked";
    }

    static String swept(String site) {
        return "replication/" + site + "/swept";
    }

    static Optional<SiteId> identity(Catalog catalog, String site) throws IOException {
        return catalog.mark(identity(site))
                .filter(value -> value.length == Long.BYTES)
                .map(value -> new SiteId(ByteBuffer.wrap(value).getLong()));
    }

    static byte[] encode(SiteId site) {
        return ByteBuffer.allocate(Long.BYTES).putLong(site.value()).array();
    }

    static byte[] encode(Cursor cursor) {
        ByteBuffer out = ByteBuffer.allocate(1 + 2 * Long.BYTES + ObjectId.LENGTH_BYTES);
        out.put(LAYOUT).putLong(cursor.offset()).putLong(cursor.records());
        cursor.first().write(out);
        return out.array();
    }

    static Optional<Cursor> decodeCursor(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        if (value.length != 1 + 2 * Long.BYTES + ObjectId.LENGTH_BYTES || in.get() != LAYOUT) {
            return Optional.empty();
        }
        return Optional.of(new Cursor(in.getLong(), in.getLong(), ObjectId.read(in)));
    }

    static byte[] encode(List<ParkedObject> parked) {
        ByteBuffer out = ByteBuffer.allocate(
                1 + parked.size() * (ObjectId.LENGTH_BYTES + Long.BYTES + 2 + REASON_BYTES));
        out.put(LAYOUT);
        for (ParkedObject each : parked) {
            byte[] reason = each.reason().getBytes(StandardCharsets.UTF_8);
            int length = Math.min(reason.length, REASON_BYTES);
            each.id().write(out);
            out.putLong(each.appendedAt().toEpochMilli());
            out.putShort((short) length).put(reason, 0, length);
        }
        byte[] value = new byte[out.position()];
        out.flip().get(value);
        return value;
    }

    static List<ParkedObject> decodeParked(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        List<ParkedObject> parked = new ArrayList<>();
        try {
            if (in.get() != LAYOUT) {
                return List.of();
            }
            while (in.hasRemaining()) {
                ObjectId id = ObjectId.read(in);
                Instant appendedAt = Instant.ofEpochMilli(in.getLong());
                byte[] reason = new byte[Short.toUnsignedInt(in.getShort())];
                in.get(reason);
                parked.add(new ParkedObject(
                        id, appendedAt, new String(reason, StandardCharsets.UTF_8)));
            }
            return parked;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return List.of();
        }
    }
}
