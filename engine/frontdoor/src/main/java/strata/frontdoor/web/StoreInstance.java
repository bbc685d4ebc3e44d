package strata.frontdoor.web;

import strata.base.StorageException;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.HeaderCapture;
import strata.dicom.MalformedDicomException;
import strata.dicom.Part10;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.frontdoor.web.StoreOutcome.Failed;
import strata.frontdoor.web.StoreOutcome.Named;
import strata.network.http.HttpException;
import strata.store.Ingest;
import strata.store.IngestRequest;
import strata.store.IngestResult;
import strata.store.RefusedObjectException;
import strata.store.Store;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One DICOM file on its way into the store: {@link #receive}, then {@link #commit} on any thread.
 * Nothing of it is gathered but what stands before the UIDs of a data set whose file does not name
 * them.
 */
final class StoreInstance implements Closeable {
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int MAX_BEFORE_IDENTITY = 1 << 20;
    private static final Set<Integer> IDENTITY =
            Set.of(Tag.SOPClassUID, Tag.SOPInstanceUID, Tag.StudyInstanceUID);

    private final Store store;
    private final Optional<Uid> study;
    private Optional<Named> named = Optional.empty();
    private HeaderCapture identity;
    private Ingest ingest;

    /** @param study that the instance must belong to */
    StoreInstance(Store store, Optional<Uid> study) {
        this.store = store;
        this.study = study;
    }

    /**
     * Takes all of a DICOM file.
     *
     * @return why it is not taken; empty when it can be committed
     * @throws HttpException when the request's body fails
     * @throws StorageException when nothing can be stored now
     */
    Optional<Failed> receive(InputStream file) throws IOException {
        try {
            return receiveFile(file);
        } catch (StorageException | HttpException e) {
            throw e;
        } catch (RefusedObjectException | MalformedDicomException e) {
            return Optional.of(failed(e));
        }
    }

    private Optional<Failed> receiveFile(InputStream file) throws IOException {
        Part10.Opened opened = Part10.open(Preamble.checked(file));
        TransferSyntax syntax = opened.header().syntax();
        DataSet meta = opened.header().meta();
        identity = new HeaderCapture(syntax, IDENTITY);
        ByteArrayOutputStream before = new ByteArrayOutputStream();
        named = named(meta, Tag.MediaStorageSOPClassUID, Tag.MediaStorageSOPInstanceUID);
        InputStream in = opened.dataSet();
        byte[] piece = new byte[PIECE_BYTES];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            capture(piece, count);
            if (ingest == null && (named.isPresent() || isNamedNow(before.size()))) {
                Optional<Failed> refused = begin(syntax);
                if (refused.isPresent()) {
                    return refused;
                }
                ingest.write(ByteBuffer.wrap(before.toByteArray()));
            }
            if (ingest != null) {
                ingest.write(ByteBuffer.wrap(piece, 0, count));
            } else {
                before.write(piece, 0, count);
            }
        }
        if (ingest == null) {
            return Optional.of(failed(StoreOutcome.CANNOT_UNDERSTAND, "it names no instance"));
        }
        return study.isPresent() ? otherStudy() : Optional.empty();
    }

    private void capture(byte[] piece, int count) throws MalformedDicomException {
        if (!identity.isSettled() && (study.isPresent() || named.isEmpty())) {
            identity.feed(ByteBuffer.wrap(piece, 0, count));
        }
    }

    /** Whether the data set has told its UIDs, which its file did not. */
    private boolean isNamedNow(int bytesBefore) throws MalformedDicomException {
        if (!identity.isSettled()) {
            if (bytesBefore > MAX_BEFORE_IDENTITY) {
                throw new MalformedDicomException(
                        "no identity at the beginning", Tag.SOPInstanceUID, bytesBefore);
            }
            return false;
        }
        named = named(identity.captured(), Tag.SOPClassUID, Tag.SOPInstanceUID);
        return named.isPresent();
    }

    private static Optional<Named> named(DataSet from, int classTag, int instanceTag) {
        Optional<Uid> sopClass = from.uid(classTag);
        Optional<Uid> instance = from.uid(instanceTag);
        return sopClass.isPresent() && instance.isPresent()
                ? Optional.of(new Named(sopClass.get(), instance.get()))
                : Optional.empty();
    }

    /** As an association does it: known non-storage classes and syntaxes are not taken. */
    private Optional<Failed> begin(TransferSyntax syntax) throws IOException {
        Named names = named.orElseThrow();
        if (!SopClasses.isStorage(names.sopClass())) {
            return Optional.of(failed(
                    StoreOutcome.SOP_CLASS_NOT_SUPPORTED, "the SOP class is not one of storage"));
        }
        if (!syntax.isStorable()) {
            return Optional.of(failed(
                    StoreOutcome.TRANSFER_SYNTAX_NOT_SUPPORTED,
                    "the transfer syntax is not stored"));
        }
        ingest = store.begin(new IngestRequest(
                names.sopClass(), names.sopInstance(), syntax.uid(), Optional.empty()));
        return Optional.empty();
    }

    private Optional<Failed> otherStudy() throws MalformedDicomException {
        DataSet captured = identity.isSettled() ? identity.captured() : identity.finish();
        if (captured.uid(Tag.StudyInstanceUID).equals(study)) {
            return Optional.empty();
        }
        return Optional.of(failed(StoreOutcome.DOES_NOT_MATCH, "it belongs to another study"));
    }

    /**
     * Makes it durable.
     *
     * @throws StorageException when nothing can be stored now
     */
    StoreOutcome commit() throws IOException {
        try (Ingest closing = ingest) {
            IngestResult result = closing.commit();
            OptionalInt warning = OptionalInt.empty();
            if (result.outcome() == IngestResult.Outcome.CONFLICT) {
                // Both versions are durable whatever is said.
                switch (store.options().conflicts()) {
                    case REFUSE -> {
                        return failed(
                                StoreOutcome.DUPLICATE_INSTANCE, "it is known with other bytes");
                    }
                    case KEEP_ASIDE -> warning = OptionalInt.of(StoreOutcome.COERCION_OF_ELEMENTS);
                    case NEW_VERSION -> warning = OptionalInt.empty();
                }
            }
            return new StoreOutcome.Stored(named.orElseThrow().sopClass(), result.key(), warning);
        } catch (RefusedObjectException | MalformedDicomException e) {
            return failed(e);
        }
    }

    private Failed failed(IOException e) {
        int reason = StoreOutcome.CANNOT_UNDERSTAND;
        if (e instanceof RefusedObjectException refused) {
            reason = switch (refused.reason()) {
                case MISMATCH, NO_IDENTITY, WRONG_DIGEST -> StoreOutcome.DOES_NOT_MATCH;
                case TOO_LARGE -> StoreOutcome.OUT_OF_RESOURCES;
                case REJECTED -> StoreOutcome.REFUSED_NOT_AUTHORIZED;
            };
        }
        return failed(reason, e.getMessage());
    }

    /** Reads of a file only which instance it is, where it says so at its beginning. */
    Failed listed(InputStream file, String message) throws IOException {
        try {
            DataSet meta = Part10.open(Preamble.checked(file)).header().meta();
            named = named(meta, Tag.MediaStorageSOPClassUID, Tag.MediaStorageSOPInstanceUID);
        } catch (MalformedDicomException e) {
            return failed(StoreOutcome.CANNOT_UNDERSTAND, e.getMessage());
        }
        return failed(StoreOutcome.OUT_OF_RESOURCES, message);
    }

    Failed failed(int reason, String message) {
        return new Failed(named, reason, message);
    }

    /** Gives up what was not committed. */
    @Override
    public void close() throws IOException {
        if (identity != null) {
            identity.close();
        }
        if (ingest != null) {
            ingest.close();
        }
    }
}
