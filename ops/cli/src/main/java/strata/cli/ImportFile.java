package strata.cli;

import strata.base.Uid;
import strata.dicom.HeaderCapture;
import strata.dicom.MalformedDicomException;
import strata.dicom.Part10;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A file to be sent.
 *
 * @param dataSetOffset bytes before its data set
 * @param dataSetBytes bytes of its data set
 */
record ImportFile(
        Path path,
        Uid sopClass,
        Uid sopInstance,
        Uid transferSyntax,
        long dataSetOffset,
        long dataSetBytes) {
    private static final int PIECE_BYTES = 16 << 10;
    private static final int MOST_LOOKED_AT_BYTES = 4 << 20;
    private static final Set<Integer> IDENTITY =
            Set.of(Tag.SOPClassUID, Tag.SOPInstanceUID, Tag.StudyInstanceUID);

    /** What a presentation context is needed for. */
    record Kind(Uid sopClass, Uid transferSyntax) {}

    /** A file that is none to be sent, with the reason. */
    static final class NotForSendingException extends Exception {
        private static final long serialVersionUID = 1;

        NotForSendingException(String reason) {
            super(reason);
        }
    }

    Kind kind() {
        return new Kind(sopClass, transferSyntax);
    }

    /**
     * Reads as much of a file as tells what it is.
     *
     * @throws NotForSendingException for DICOMDIR and what is no DICOM
     * @throws IOException when it cannot be read, or is DICOM that cannot be understood
     */
    static ImportFile read(Path path) throws IOException, NotForSendingException {
        long length = Files.size(path);
        if (length == 0) {
            throw new NotForSendingException("empty");
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), PIECE_BYTES)) {
            Part10.Opened opened = open(in);
            Part10.Header header = opened.header();
            Optional<Uid> metaClass = header.meta().uid(Tag.MediaStorageSOPClassUID);
            if (metaClass.filter(SopClasses.MEDIA_STORAGE_DIRECTORY::equals).isPresent()) {
                throw new NotForSendingException("DICOMDIR");
            }
            boolean bare = header.meta().isEmpty();
            Identity identity = identity(opened.dataSet(), header.syntax(), bare);
            Optional<Uid> sopClass = identity.sopClass.or(() -> metaClass);
            Optional<Uid> instance = identity.sopInstance.or(
                    () -> header.meta().uid(Tag.MediaStorageSOPInstanceUID));
            if (bare && (sopClass.isEmpty() || instance.isEmpty())) {
                throw new NotForSendingException("not DICOM");
            }
            if (sopClass.isEmpty() || instance.isEmpty()) {
                throw new MalformedDicomException(
                        "no SOP Class or Instance UID", Tag.SOPInstanceUID, 0);
            }
            return new ImportFile(
                    path,
                    sopClass.get(),
                    instance.get(),
                    header.syntax().uid(),
                    header.dataSetOffset(),
                    length - header.dataSetOffset());
        }
    }

    private static Part10.Opened open(InputStream in) throws IOException, NotForSendingException {
        in.mark(Part10.PREFIX_BYTES);
        byte[] start = in.readNBytes(Part10.PREFIX_BYTES);
        in.reset();
        boolean prefixed = start.length == Part10.PREFIX_BYTES
                && start[128] == 'D'
                && start[129] == 'I'
                && start[130] == 'C'
                && start[131] == 'M';
        try {
            return Part10.open(in);
        } catch (MalformedDicomException | EOFException e) {
            if (prefixed) {
                throw e;
            }
            throw new NotForSendingException("not DICOM");
        }
    }

    private record Identity(Optional<Uid> sopClass, Optional<Uid> sopInstance) {}

    /** Group 0008 is at the start, so that little is read of most files. */
    private static Identity identity(InputStream dataSet, TransferSyntax syntax, boolean bare)
            throws IOException, NotForSendingException {
        byte[] piece = new byte[PIECE_BYTES];
        try (HeaderCapture capture = new HeaderCapture(syntax, IDENTITY)) {
            long looked = 0;
            int read = dataSet.read(piece);
            while (read > 0 && looked < MOST_LOOKED_AT_BYTES && !isKnown(capture)) {
                capture.feed(ByteBuffer.wrap(piece, 0, read));
                looked += read;
                read = dataSet.read(piece);
            }
            return new Identity(
                    capture.captured().uid(Tag.SOPClassUID),
                    capture.captured().uid(Tag.SOPInstanceUID));
        } catch (MalformedDicomException e) {
            if (bare) {
                throw new NotForSendingException("not DICOM");
            }
            throw e;
        }
    }

    private static boolean isKnown(HeaderCapture capture) {
        return capture.reachedPixelData()
                || capture.captured().contains(Tag.SOPClassUID)
                        && capture.captured().contains(Tag.SOPInstanceUID);
    }
}
