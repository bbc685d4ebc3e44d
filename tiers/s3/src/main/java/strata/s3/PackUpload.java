package strata.s3;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.model.CompletedPart;

import strata.base.StorageException;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * One object, uploaded while it is written: in one request when it fits into a part, else in parts.
 * Holds one part. The object appears when {@link #finish} returns true, and never otherwise. Not
 * thread-safe.
 */
final class PackUpload extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(PackUpload.class);
    private static final String TYPE = "application/octet-stream";

    /** S3 takes 10,000 parts: after so many of them they become longer. */
    private static final int PARTS_OF_ONE_SIZE = 1000;

    private final S3Store store;
    private final String key;
    private final int partBytes;
    private final String storageClass;
    private final List<CompletedPart> parts = new ArrayList<>();
    private byte[] part;
    private int filled;
    private String upload;
    private boolean done;

    PackUpload(S3Store store, String key, S3TierOptions options) {
        this.store = store;
        this.key = key;
        this.partBytes = options.partBytes();
        // It is read back first: into an archive it goes when it is proved.
        this.storageClass =
                options.storageClass().filter(name -> !S3Archive.isOne(name)).orElse(null);
        this.part = new byte[partBytes];
    }

    @Override
    public void write(int value) throws StorageException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws StorageException {
        int from = offset;
        while (from < offset + length) {
            if (filled == part.length) {
                sendPart();
            }
            int count = Math.min(part.length - filled, offset + length - from);
            System.arraycopy(bytes, from, part, filled, count);
            filled += count;
            from += count;
        }
    }

    private void sendPart() throws StorageException {
        if (upload == null) {
            upload = store.write(
                    "beginning " + key,
                    () -> store.client()
                            .createMultipartUpload(b -> b.bucket(store.bucket())
                                    .key(key)
                                    .storageClass(storageClass)
                                    .contentType(TYPE))
                            .uploadId());
        }
        int number = parts.size() + 1;
        String tag = store.write(
                "part " + number + " of " + key,
                () -> store.client()
                        .uploadPart(
                                b -> b.bucket(store.bucket())
                                        .key(key)
                                        .uploadId(upload)
                                        .contentMD5(S3Store.md5(part, filled))
                                        .partNumber(number),
                                body())
                        .eTag());
        parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        filled = 0;
        long next = (long) partBytes * (1 + parts.size() / PARTS_OF_ONE_SIZE);
        if (next != part.length && next <= Integer.MAX_VALUE - 8) {
            part = new byte[(int) next];
        }
    }

    /** The part as it lies; the SDK reads it again when it tries again. */
    private RequestBody body() {
        byte[] bytes = part;
        int length = filled;
        ContentStreamProvider stream = () -> new ByteArrayInputStream(bytes, 0, length);
        return RequestBody.fromContentProvider(stream, length, TYPE);
    }

    /**
     * Makes the object appear, durably.
     *
     * @return false when there was one of that key already, which was left as it is
     */
    boolean finish() throws StorageException {
        if (upload != null) {
            sendPart();
        }
        boolean appeared = put();
        done |= appeared;
        return appeared;
    }

    private boolean put() throws StorageException {
        String condition = store.usesConditions() ? "*" : null;
        try {
            if (upload == null) {
                store.client()
                        .putObject(
                                b -> b.bucket(store.bucket())
                                        .key(key)
                                        .contentType(TYPE)
                                        .storageClass(storageClass)
                                        .contentMD5(S3Store.md5(part, filled))
                                        .ifNoneMatch(condition),
                                body());
            } else {
                store.client()
                        .completeMultipartUpload(b -> b.bucket(store.bucket())
                                .key(key)
                                .uploadId(upload)
                                .ifNoneMatch(condition)
                                .multipartUpload(m -> m.parts(parts)));
            }
            store.succeeded(true);
            return true;
        } catch (SdkException e) {
            int status = S3Failure.status(e);
            if (condition != null && S3Failure.isUnknownCondition(e)) {
                LOG.info("the server of bucket {} knows no conditional writes", store.bucket());
                store.giveUpConditions();
                return put();
            }
            // A conflict is a writer of the same pack that is about to finish.
            if (status == S3Failure.PRECONDITION_FAILED || status == S3Failure.CONFLICT) {
                return false;
            }
            // Ours was completed, and the answer to that was lost; or a start elsewhere took it.
            if (upload != null && S3Failure.isMissingObject(e)) {
                done = true;
                return false;
            }
            throw store.failed(e, "writing " + key, true);
        }
    }

    /** Takes the parts back unless the object appeared. */
    @Override
    public void close() {
        if (upload == null || done) {
            return;
        }
        try {
            store.abort(key, upload);
        } catch (StorageException e) {
            LOG.warn("parts of {} stay until the next write: {}", key, e.getMessage());
            store.abandon(key, upload);
        }
    }
}
