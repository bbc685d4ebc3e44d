package strata.store;

import strata.base.CorruptDataException;
import strata.base.ObjectId;
import strata.base.Printable;
import strata.base.Uid;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * What was decided about one version, by whom and why: the attributes of a TOMBSTONE record, laid
 * out in the package description.
 *
 * @param id the decision's own; of two on the same version the higher one counts
 * @param subject the version
 * @param instance its SOP Instance UID, for when nothing else of it is left
 * @param at by the store's own reckoning of time, see {@link StoreTime}
 * @param before the verdict that this one replaced and that a restoring brings back; empty for none
 * @param note SOP Instance UID of the rejection note that asked for it
 * @param actor AE title or account, one line of at most {@value #MAX_ACTOR} characters
 * @param text what the actor said, one line of at most {@value #MAX_TEXT} characters; no patient
 *     data
 */
public record Decision(
        ObjectId id,
        ObjectId subject,
        Uid instance,
        Verdict verdict,
        Instant at,
        Optional<Verdict> before,
        Reason reason,
        Optional<Uid> note,
        String actor,
        String text) {
    public static final int MAX_ACTOR = 64;
    public static final int MAX_TEXT = 200;

    private static final byte VERSION = 2;

    /** Said where nobody is known. */
    static final String STORE = "store";

    public Decision {
        actor = Printable.line(actor, MAX_ACTOR);
        text = Printable.line(text, MAX_TEXT);
    }

    /** The verdict that restoring after this one means. */
    Verdict undone() {
        return before.filter(b -> b == Verdict.CHOSEN || b == Verdict.SUPERSEDED)
                .orElse(Verdict.RESTORED);
    }

    /** The same said of another id of the same bytes. */
    Decision on(ObjectId other) {
        return new Decision(id, other, instance, verdict, at, before, reason, note, actor, text);
    }

    boolean isLaterThan(Decision other) {
        return id.site().equals(other.id.site())
                ? id.sequence() > other.id.sequence()
                : at.isAfter(other.at) || at.equals(other.at) && id.compareTo(other.id) > 0;
    }

    byte[] encode() {
        byte[] instanceText = bytes(instance.value());
        byte[] noteText = bytes(note.map(Uid::value).orElse(""));
        byte[] actorText = bytes(actor);
        byte[] said = bytes(text);
        ByteBuffer out = ByteBuffer.allocate(4
                + Long.BYTES
                + ObjectId.LENGTH_BYTES
                + 5
                + instanceText.length
                + noteText.length
                + actorText.length
                + said.length);
        out.put(VERSION)
                .put((byte) verdict.code())
                .put((byte) before.map(Verdict::code).orElse(0).intValue())
                .put((byte) reason.code())
                .putLong(at.toEpochMilli());
        subject.write(out);
        out.put((byte) instanceText.length).put(instanceText);
        out.put((byte) noteText.length).put(noteText);
        out.put((byte) actorText.length).put(actorText);
        out.putShort((short) said.length).put(said);
        return out.array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** @param where names the record in the error */
    static Decision decode(ObjectId id, byte[] bytes, String where) throws CorruptDataException {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            byte version = in.get();
            if (version != VERSION) {
                throw new CorruptDataException(where, 0, "decision version " + VERSION, version);
            }
            Verdict verdict = Verdict.of(in.get());
            int before = in.get();
            Reason reason = Reason.of(in.get());
            Instant at = Instant.ofEpochMilli(in.getLong());
            ObjectId subject = ObjectId.read(in);
            Uid instance = new Uid(text(in, Byte.toUnsignedInt(in.get())));
            String note = text(in, Byte.toUnsignedInt(in.get()));
            String actor = text(in, Byte.toUnsignedInt(in.get()));
            String said = text(in, Short.toUnsignedInt(in.getShort()));
            return new Decision(
                    id,
                    subject,
                    instance,
                    verdict,
                    at,
                    before == 0 ? Optional.empty() : Optional.of(Verdict.of(before)),
                    reason,
                    note.isEmpty() ? Optional.empty() : Optional.of(new Uid(note)),
                    actor,
                    said);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new CorruptDataException(
                    where, 0, "a decision", bytes.length + " bytes that are none");
        }
    }

    private static String text(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
