package strata.s3;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;

/** A bucket of an archive in memory, for tests of other rooms: packs come when the test says so. */
public final class ArchiveServer implements Closeable {
    public static final String BUCKET = ScriptedS3.BUCKET;

    private final ScriptedS3 server;

    public ArchiveServer() throws IOException {
        server = new ScriptedS3();
    }

    public URI endpoint() {
        return server.options().endpoint().orElseThrow();
    }

    /** How many objects were asked for. */
    public long restoresAsked() {
        return server.count(ScriptedS3.Operation.RESTORE);
    }

    /** What was asked for is there now. */
    public void restored() {
        server.objects.replaceAll((key, object) -> object.restore().isEmpty()
                ? object
                : new ScriptedS3.Stored(
                        object.bytes(), object.storageClass(), "ongoing-request=\"false\""));
    }

    @Override
    public void close() {
        server.close();
    }
}
