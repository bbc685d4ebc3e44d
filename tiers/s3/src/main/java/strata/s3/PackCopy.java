package strata.s3;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedPart;

import strata.base.StorageException;

import java.util.ArrayList;
import java.util.List;

/** Copies an object inside its bucket, in parts when it is longer than one copy may be. */
final class PackCopy {
    /** The longest that S3 copies in one request. */
    static final long WHOLE_BYTES = 5L << 30;

    private static final long PART_BYTES = 1L << 30;

    private final S3Store store;
    private final String from;
    private final String to;
    private final String storageClass;

    PackCopy(S3Store store, String from, String to) {
        this(store, from, to, null);
    }

    /** @param storageClass of the copy; null for the bucket's own */
    PackCopy(S3Store store, String from, String to, String storageClass) {
        this.store = store;
        this.from = from;
        this.to = to;
        this.storageClass = storageClass;
    }

    /** Durable on return. */
    void run(long lengthBytes) throws StorageException {
        if (lengthBytes <= WHOLE_BYTES) {
            store.write(
                    "copying " + from,
                    () -> store.client()
                            .copyObject(b -> b.sourceBucket(store.bucket())
                                    .sourceKey(from)
                                    .destinationBucket(store.bucket())
                                    .storageClass(storageClass)
                                    .destinationKey(to)));
        } else {
            inParts(lengthBytes, PART_BYTES);
        }
    }

    void inParts(long lengthBytes, long partBytes) throws StorageException {
        String upload = store.write(
                "copying " + from,
                () -> store.client()
                        .createMultipartUpload(
                                b -> b.bucket(store.bucket()).key(to).storageClass(storageClass))
                        .uploadId());
        try {
            List<CompletedPart> parts = new ArrayList<>();
            for (long at = 0; at < lengthBytes; at += partBytes) {
                int number = parts.size() + 1;
                String range = "bytes=" + at + "-" + (Math.min(at + partBytes, lengthBytes) - 1);
                String tag = store.client()
                        .uploadPartCopy(b -> b.sourceBucket(store.bucket())
                                .sourceKey(from)
                                .destinationBucket(store.bucket())
                                .destinationKey(to)
                                .uploadId(upload)
                                .partNumber(number)
                                .copySourceRange(range))
                        .copyPartResult()
                        .eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
            }
            store.client()
                    .completeMultipartUpload(b -> b.bucket(store.bucket())
                            .key(to)
                            .uploadId(upload)
                            .multipartUpload(m -> m.parts(parts)));
        } catch (SdkException e) {
            // Its parts are taken back at the next start, with those of unfinished writes.
            throw store.failed(e, "copying " + from, true);
        }
    }
}
