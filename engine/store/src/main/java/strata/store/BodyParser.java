package strata.store;

import strata.base.Uid;
import strata.catalog.IndexKeys;
import strata.catalog.InstanceKey;
import strata.dicom.DataSet;
import strata.dicom.HeaderCapture;
import strata.dicom.MalformedDicomException;
import strata.dicom.ParseLimits;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Reads a record's body as it passes by: the Part 10 header first, then the index keys of the data
 * set. Holds a bounded amount whatever the body's length. Not thread-safe.
 */
final class BodyParser implements Closeable {
    /** Up to the end of (0002,0000): preamble, DICM, and an element of 12 bytes (PS3.10 7.1). */
    private static final int GROUP_LENGTH_END = 128 + 4 + 12;

    private static final int MAX_META_BYTES = 4096;

    private static final HeaderCapture.Wanted KEYS = new HeaderCapture.Wanted(IndexKeys.TAGS);

    private ByteBuffer head;
    private boolean metaLengthKnown;
    private Meta meta;
    private HeaderCapture capture;

    /** What the file meta information says. */
    private record Meta(Uid sopClass, Uid sopInstance, Uid transferSyntax) {}

    /** For a body from its first byte. */
    BodyParser() {
        head = ByteBuffer.allocate(GROUP_LENGTH_END);
    }

    /** For the data set alone, behind a header that says this. */
    BodyParser(Uid sopClass, Uid sopInstance, Uid transferSyntax) {
        begin(new Meta(sopClass, sopInstance, transferSyntax));
    }

    private void begin(Meta known) {
        meta = known;
        TransferSyntax syntax = TransferSyntax.of(known.transferSyntax());
        capture = new HeaderCapture(syntax, KEYS, ParseLimits.STREAMING);
    }

    /** Takes the next bytes of the body and moves the buffer's position to its limit. */
    void feed(ByteBuffer from) throws IOException {
        while (capture == null && from.hasRemaining()) {
            int count = Math.min(head.remaining(), from.remaining());
            ByteBuffer part = from.duplicate().limit(from.position() + count);
            head.put(part);
            from.position(from.position() + count);
            if (!head.hasRemaining()) {
                headFilled();
            }
        }
        if (from.hasRemaining()) {
            capture.feed(from);
        }
    }

    private void headFilled() throws IOException {
        if (!metaLengthKnown) {
            metaLengthKnown = true;
            int length = head.duplicate()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getInt(GROUP_LENGTH_END - Integer.BYTES);
            if (length <= 0 || length > MAX_META_BYTES) {
                throw new MalformedDicomException(
                        "file meta information of " + length + " bytes",
                        Tag.FileMetaInformationGroupLength,
                        GROUP_LENGTH_END - Integer.BYTES);
            }
            head = ByteBuffer.allocate(GROUP_LENGTH_END + length).put(head.flip());
            return;
        }
        DataSet group = Part10.readHeader(head.flip()).meta();
        head = null;
        begin(new Meta(
                identity(group, Tag.MediaStorageSOPClassUID),
                identity(group, Tag.MediaStorageSOPInstanceUID),
                identity(group, Tag.TransferSyntaxUID)));
    }

    /** Whether {@link #settled} can be called: what follows does not change what the body says. */
    boolean isSettled() {
        return capture != null && capture.isSettled();
    }

    /** What the body says, without its rest: for one whose structure was checked when it came. */
    Described settled() throws IOException {
        return described(capture.settled());
    }

    /** What the body said; call it once, after the last byte. */
    Described finish() throws IOException {
        if (capture == null) {
            throw new MalformedDicomException(
                    "ends within the header", Tag.FileMetaInformationGroupLength, 0);
        }
        return described(capture.finish());
    }

    private Described described(DataSet keys) throws IOException {
        InstanceKey key = new InstanceKey(
                identity(keys, Tag.StudyInstanceUID),
                identity(keys, Tag.SeriesInstanceUID),
                identity(keys, Tag.SOPInstanceUID));
        if (!key.instance().equals(meta.sopInstance())) {
            throw mismatch("SOP Instance UID");
        }
        Optional<Uid> inside = keys.uid(Tag.SOPClassUID);
        if (inside.isEmpty() || !inside.get().equals(meta.sopClass())) {
            throw mismatch("SOP Class UID");
        }
        return new Described(key, meta.sopClass(), meta.transferSyntax(), keys);
    }

    /** Frees what an unfinished parse holds. */
    @Override
    public void close() {
        if (capture != null) {
            capture.close();
        }
    }

    private static Uid identity(DataSet from, int tag) throws RefusedObjectException {
        Optional<Uid> uid;
        try {
            uid = from.uid(tag);
        } catch (IllegalArgumentException e) {
            uid = Optional.empty();
        }
        return uid.orElseThrow(() -> new RefusedObjectException(
                RefusedObjectException.Reason.NO_IDENTITY,
                String.format(
                        "element (%04X,%04X) is missing or no UID", tag >>> 16, tag & 0xFFFF)));
    }

    private static RefusedObjectException mismatch(String what) {
        return new RefusedObjectException(
                RefusedObjectException.Reason.MISMATCH,
                what + " in the data set is not the announced one");
    }
}
