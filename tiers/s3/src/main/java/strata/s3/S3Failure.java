package strata.s3;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

import strata.base.StorageException;
import strata.base.StorageException.Kind;

import java.util.Set;

/** What an error of the SDK means for the tier. */
final class S3Failure {
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    static final int PRECONDITION_FAILED = 412;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int INSUFFICIENT_STORAGE = 507;

    /** How servers say that a quota or the medium is used up; not all of them say 507. */
    private static final Set<String> FULL = Set.of(
            "QuotaExceeded",
            "InsufficientStorage",
            "InsufficientCapacity",
            "EntityTooLargeForQuota",
            "XMinioStorageFull",
            "XMinioAdminBucketQuotaExceeded");

    /** What says that the body did not arrive as it was sent. */
    private static final Set<String> OF_THE_LINE =
            Set.of("BadDigest", "IncompleteBody", "XAmzContentSHA256Mismatch");

    /** The clocks differ by more than the quarter of an hour that signatures allow. */
    private static final String SKEWED = "RequestTimeTooSkewed";

    private S3Failure() {}

    /** Whether the same request may well succeed at once, besides what the SDK takes for such. */
    static boolean isOfTheLine(Throwable e) {
        return e instanceof SdkException sdk && OF_THE_LINE.contains(code(sdk));
    }

    static int status(SdkException e) {
        return e instanceof AwsServiceException service ? service.statusCode() : 0;
    }

    private static String code(SdkException e) {
        boolean named = e instanceof AwsServiceException service
                && service.awsErrorDetails() != null
                && service.awsErrorDetails().errorCode() != null;
        return named ? ((AwsServiceException) e).awsErrorDetails().errorCode() : "";
    }

    /** Whether the object is missing, rather than the bucket that should hold it. */
    static boolean isMissingObject(SdkException e) {
        return status(e) == NOT_FOUND && !code(e).equals("NoSuchBucket");
    }

    /**
     * Whether the object is in another state than the request needs: in an archive for a read, out
     * of it for a restore.
     */
    static boolean isOfOtherState(SdkException e) {
        return code(e).equals("InvalidObjectState");
    }

    /** Whether the server does not know the condition that was asked for. */
    static boolean isUnknownCondition(SdkException e) {
        return status(e) == NOT_IMPLEMENTED || code(e).equals("NotImplemented");
    }

    /**
     * @param what was done to what, without credentials
     * @param writing whether a refusal leaves reading in question or not
     */
    static StorageException of(SdkException e, String what, boolean writing) {
        return new StorageException(kind(e, writing), what + ": " + reason(e), e);
    }

    private static String reason(SdkException e) {
        int status = status(e);
        if (code(e).equals(SKEWED)) {
            return status + " " + SKEWED + ": the clock here or there is wrong";
        }
        return status == 0 ? e.getClass().getSimpleName() : status + " " + code(e);
    }

    private static Kind kind(SdkException e, boolean writing) {
        int status = status(e);
        if (status == INSUFFICIENT_STORAGE || FULL.contains(code(e))) {
            return Kind.FULL;
        }
        if (code(e).equals(SKEWED) || isOfTheLine(e)) {
            return Kind.UNAVAILABLE;
        }
        if (status == UNAUTHORIZED || status == FORBIDDEN || status == METHOD_NOT_ALLOWED) {
            return writing ? Kind.READ_ONLY : Kind.UNAVAILABLE;
        }
        // Without a status no answer came: no name, no connection, no credentials, no time.
        boolean away = status == 0
                || status == NOT_FOUND
                || status == TOO_MANY_REQUESTS
                || status >= SERVER_ERROR && status != NOT_IMPLEMENTED;
        return away ? Kind.UNAVAILABLE : Kind.FAILED;
    }
}
