package strata.store;

import strata.base.AeTitle;
import strata.base.CorruptDataException;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * What a record says of its object besides the bytes; the layout is in the package description.
 *
 * @param receivedAt when the origin site took it in
 * @param source the AE title that sent it there
 */
public record RecordAttributes(Instant receivedAt, Optional<AeTitle> source) {
    private static final byte VERSION = 1;

    public byte[] encode() {
        byte[] title = source.map(AeTitle::value).orElse("").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(Byte.BYTES + Long.BYTES + Byte.BYTES + title.length);
        return out.put(VERSION)
                .putLong(receivedAt.toEpochMilli())
                .put((byte) title.length)
                .put(title)
                .array();
    }

    /** @param where names the record in the error */
    public static RecordAttributes decode(byte[] bytes, String where) throws CorruptDataException {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            byte version = in.get();
            if (version != VERSION) {
                throw new CorruptDataException(where, 0, "attributes version " + VERSION, version);
            }
            Instant receivedAt = Instant.ofEpochMilli(in.getLong());
            byte[] title = new byte[Byte.toUnsignedInt(in.get())];
            in.get(title);
            return new RecordAttributes(
                    receivedAt,
                    title.length == 0
                            ? Optional.empty()
                            : Optional.of(
                                    new AeTitle(new String(title, StandardCharsets.US_ASCII))));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new CorruptDataException(
                    where, 0, "record attributes", bytes.length + " bytes that are none");
        }
    }
}
