package strata.server.demo;

import strata.base.Digest;
import strata.base.Uid;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What was sent: the digest of each data set's bytes, to hold against what comes back. Thread-safe.
 */
final class Sent {
    /** Bytes of one data set. */
    record DataSetBytes(Digest digest, long lengthBytes) {}

    private final ConcurrentMap<Uid, DataSetBytes> byInstance = new ConcurrentHashMap<>();

    void add(Uid instance, Digest digest, long lengthBytes) {
        byInstance.put(instance, new DataSetBytes(digest, lengthBytes));
    }

    int count() {
        return byInstance.size();
    }

    long bytes() {
        return byInstance.values().stream().mapToLong(DataSetBytes::lengthBytes).sum();
    }

    /** How many of these came back with the very same bytes. */
    long identicalIn(Map<Uid, Digest> received) {
        return byInstance.entrySet().stream()
                .filter(e -> e.getValue().digest().equals(received.get(e.getKey())))
                .count();
    }
}
