package strata.server.system;

import strata.base.Digest;
import strata.base.Uid;
import strata.network.StoreCompletion;
import strata.network.StoreRequest;
import strata.network.StoreSink;
import strata.network.dimse.Status;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Map;

/** Takes an object and keeps its digest alone. */
final class DigestSink implements StoreSink {
    private final MessageDigest sha256 = Digest.newSha256();
    private final Uid instance;
    private final Map<Uid, Digest> to;

    DigestSink(StoreRequest request, Map<Uid, Digest> to) {
        this.instance = request.sopInstance();
        this.to = to;
    }

    @Override
    public void write(ByteBuffer data) {
        sha256.update(data);
    }

    @Override
    public void complete(StoreCompletion completion) {
        to.put(instance, Digest.finish(sha256));
        completion.done(Status.SUCCESS);
    }

    @Override
    public void abort() {
        sha256.reset();
    }
}
