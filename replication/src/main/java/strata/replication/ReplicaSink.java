package strata.replication;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.store.ObjectReader;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a receiver needs of its own site: somewhere to put objects and to read them. Thread-safe.
 */
public interface ReplicaSink {
    /**
     * Whether the object, or the same bytes under another id of the same instance, is here,
     * durable, and not known to be damaged.
     *
     * @param from the site that asks, and so has it
     */
    boolean has(SiteId from, ObjectId id, Digest digest, Optional<Uid> instance) throws IOException;

    /**
     * How many bytes of the object are kept from a connection that was cut; they count for nothing
     * but where to go on.
     */
    long held(ObjectId id, Digest digest, long lengthBytes) throws IOException;

    /**
     * Begins to take an object, or goes on with it.
     *
     * @param from the site that sends it
     * @param start what {@link #held} said
     * @throws java.io.IOException {@link strata.base.StorageException} when nothing can be stored
     *     at present; any other refuses this object
     */
    Incoming begin(SiteId from, Offered object, long start) throws IOException;

    /** What was said of an object when it was offered. */
    interface Offered {
        ObjectId id();

        Digest digest();

        long lengthBytes();

        /** Of the record; not to be changed. */
        byte[] attributes();
    }

    /**
     * Takes a decision on a version that another site made; durable on return. What is known
     * already, or was decided otherwise later, is fine.
     *
     * @param bytes digest of the version, when the other site knows it
     * @param attributes of the decision's record
     */
    void decide(SiteId from, ObjectId decision, Optional<Digest> bytes, byte[] attributes)
            throws IOException;

    /** Opens the object, or the same bytes under another id of the same instance. */
    Optional<ObjectReader> open(ObjectId id, Digest digest, Optional<Uid> instance)
            throws IOException;

    /** Beside the objects; the same one at each call. */
    default Notes notes() {
        return Notes.none();
    }

    /** A sum for every study that is here now. */
    StudyDigests digests() throws IOException;

    /** Visits every version of a study, purged ones too as long as they are known. */
    void versions(Uid study, VersionVisitor visitor) throws IOException;

    /** Takes the versions of a study. */
    interface VersionVisitor {
        void visit(KnownVersion version) throws IOException;
    }

    /** An object on its way in. One thread at a time. */
    interface Incoming extends Closeable {
        void write(ByteBuffer bytes) throws IOException;

        /**
         * Returns the digest of what was written, once that is durable. Bytes with another digest
         * than the announced one are never visible: then this throws.
         */
        Digest commit() throws IOException;

        /** Without {@link #commit()} before it: nothing was ever here, but {@link #held} bytes. */
        @Override
        void close() throws IOException;
    }
}
