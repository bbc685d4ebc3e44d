package strata.s3;

import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

import strata.base.Await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;

/** A server that speaks S3 over loopback, checks signatures, and keeps objects in memory. */
public final class S3Server implements java.io.Closeable {
    public static final String BUCKET = "strata-packs";
    public static final String IDENTITY = "test-identity";
    public static final String SECRET = "test-secret";
    static final String REGION = "us-east-1";

    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final S3Proxy proxy;
    private final S3Client client;

    public S3Server() throws Exception {
        proxy = S3Proxy.builder()
                .blobStore(new TransientNio2BlobStore())
                .awsAuthentication(AuthenticationType.AWS_V4, IDENTITY, SECRET)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .ignoreUnknownHeaders(true)
                .build();
        proxy.start();
        Await.until("the S3 server runs", START_LIMIT, () -> proxy.getState().equals("STARTED"));
        client = S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder())
                .endpointOverride(endpoint())
                .region(Region.of(REGION))
                .credentialsProvider(credentials())
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .build();
        client.createBucket(b -> b.bucket(BUCKET));
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    static AwsCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(IDENTITY, SECRET));
    }

    static AwsCredentialsProvider wrongCredentials() {
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(IDENTITY, "another-secret"));
    }

    S3TierOptions options() {
        return S3TierOptions.of("offsite", BUCKET, REGION).at(endpoint()).withPrefix("site-a/");
    }

    /** A client of the test's own, behind the back of the tier. */
    public S3Client client() {
        return client;
    }

    /** As {@link #close}, but nobody waits for the two seconds that its threads take. */
    void closeLater() {
        new Thread(
                        () -> {
                            try {
                                close();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        "s3-server-stop")
                .start();
    }

    @Override
    public void close() throws IOException {
        client.close();
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IOException("the S3 server does not stop", e);
        }
    }
}
