package strata.cli;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.InstanceKey;
import strata.dicom.HeaderCapture;
import strata.dicom.MalformedDicomException;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.tier.PackEntry;
import strata.tier.PackObject;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * A file for a pack that is made from files: any file, whatever it holds. Its name stands where the
 * pack of an appliance has the attributes of the record, behind {@link #NAME_MARK}.
 *
 * @param key the instance's own UIDs, or made up ones for what has none
 */
record PackedFile(Path path, String name, long lengthBytes, Digest digest, InstanceKey key) {
    /** Begins the attributes of an entry that was a file; the name follows in UTF-8. */
    static final byte[] NAME_MARK = "strata-file\0".getBytes(StandardCharsets.US_ASCII);

    private static final int PIECE_BYTES = 64 << 10;
    private static final int MOST_LOOKED_AT_BYTES = 4 << 20;
    private static final int MAX_NAME_BYTES = 4096;
    private static final Uid NO_SERIES = new Uid("2.25.0");
    private static final Set<Integer> IDENTITY =
            Set.of(Tag.StudyInstanceUID, Tag.SeriesInstanceUID, Tag.SOPInstanceUID);

    /** Reads the file once, for its digest and its UIDs. */
    static PackedFile read(Path path, String name) throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        byte[] piece = new byte[PIECE_BYTES];
        long length = 0;
        try (InputStream in = Files.newInputStream(path)) {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                sha256.update(piece, 0, count);
                length += count;
            }
        }
        Digest digest = Digest.finish(sha256);
        return new PackedFile(path, name, length, digest, key(path, digest));
    }

    private static InstanceKey key(Path path, Digest digest) throws IOException {
        byte[] half = Arrays.copyOf(digest.bytes(), 16);
        Uid made = new Uid("2.25." + new BigInteger(1, half));
        InstanceKey unknown = new InstanceKey(NO_SERIES, NO_SERIES, made);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), PIECE_BYTES)) {
            Part10.Opened opened = Part10.open(in);
            byte[] piece = new byte[PIECE_BYTES];
            try (HeaderCapture capture = new HeaderCapture(opened.header().syntax(), IDENTITY)) {
                int looked = 0;
                int read = opened.dataSet().read(piece);
                while (read > 0 && looked < MOST_LOOKED_AT_BYTES && !capture.reachedPixelData()) {
                    capture.feed(ByteBuffer.wrap(piece, 0, read));
                    looked += read;
                    read = opened.dataSet().read(piece);
                }
                return new InstanceKey(
                        capture.captured().uid(Tag.StudyInstanceUID).orElse(NO_SERIES),
                        capture.captured().uid(Tag.SeriesInstanceUID).orElse(NO_SERIES),
                        capture.captured().uid(Tag.SOPInstanceUID).orElse(made));
            }
        } catch (MalformedDicomException | EOFException e) {
            // Not DICOM, or broken: it is kept all the same, in no series.
            return unknown;
        }
    }

    /** @param sequence from 1; only tells the entries of one pack apart */
    PackObject object(long sequence) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] attributes = Arrays.copyOf(NAME_MARK, NAME_MARK.length + text.length);
        System.arraycopy(text, 0, attributes, NAME_MARK.length, text.length);
        return new PackObject(
                new ObjectId(new SiteId(0), sequence),
                key,
                digest,
                lengthBytes,
                attributes,
                () -> Files.newInputStream(path));
    }

    /** The file name that an entry was packed with; none for the entries of an appliance. */
    static Optional<String> name(PackEntry entry) {
        byte[] attributes = entry.attributes();
        int length = attributes.length - NAME_MARK.length;
        boolean named = length > 0
                && length <= MAX_NAME_BYTES
                && Arrays.equals(attributes, 0, NAME_MARK.length, NAME_MARK, 0, NAME_MARK.length);
        return named
                ? Optional.of(
                        new String(attributes, NAME_MARK.length, length, StandardCharsets.UTF_8))
                : Optional.empty();
    }
}
