package strata.replication;

import strata.base.Digest;
import strata.base.SiteId;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * One small fact beside the objects on which sites are to agree: a hold, a merge, the rules.
 *
 * @param book what kind of fact, see {@link NoteBook#name()}
 * @param key what it is about, unique in the book; at most {@value #MOST_KEY_BYTES} bytes of UTF-8
 * @param at when it was said, by the store's reckoning of time of the site that said it; to the
 *     millisecond
 * @param origin the site that said it, or that tells it when that is not known
 * @param value what is said; as the book lays it out; not to be changed
 */
public record Note(String book, String key, Instant at, SiteId origin, byte[] value) {
    public static final int MOST_KEY_BYTES = 400;
    public static final int MOST_VALUE_BYTES = 256 << 10;

    /** Of two notes on one key the greater counts, at every site. */
    public static final Comparator<Note> LATER = Comparator.comparing(Note::at)
            .thenComparing(Note::origin)
            .thenComparing(Note::value, Arrays::compareUnsigned);

    public Note {
        Objects.requireNonNull(origin);
        at = Instant.ofEpochMilli(at.toEpochMilli());
        if (!book.matches("[a-z]{1,32}")) {
            throw new IllegalArgumentException("a book's name has 1 to 32 small letters");
        }
        if (key.getBytes(StandardCharsets.UTF_8).length > MOST_KEY_BYTES
                || value.length > MOST_VALUE_BYTES) {
            throw new IllegalArgumentException("a note of " + book + " with a key of "
                    + key.length() + " letters and " + value.length + " bytes");
        }
    }

    /** Whether both say the same, whoever said it. */
    boolean agrees(Note other) {
        return at.equals(other.at) && Arrays.equals(value, other.value);
    }

    /** Approximate size in memory and on the wire. */
    int bytes() {
        return 64 + key.length() + value.length;
    }

    /** A digest of what the notes say, in any order; keys are unique. */
    static Digest digest(List<Note> notes) {
        MessageDigest sha256 = Digest.newSha256();
        notes.stream().sorted(Comparator.comparing(Note::key)).forEach(note -> {
            byte[] key = note.key.getBytes(StandardCharsets.UTF_8);
            sha256.update(ByteBuffer.allocate(16)
                    .putInt(key.length)
                    .putInt(note.value.length)
                    .putLong(note.at.toEpochMilli())
                    .array());
            sha256.update(key);
            sha256.update(note.value);
        });
        return Digest.finish(sha256);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Note note
                && book.equals(note.book)
                && key.equals(note.key)
                && origin.equals(note.origin)
                && agrees(note);
    }

    @Override
    public int hashCode() {
        return Objects.hash(book, key, at, origin, Arrays.hashCode(value));
    }

    /** Without the value, which may be secret. */
    @Override
    public String toString() {
        return book + " " + key + " of " + at + " by " + origin;
    }
}
