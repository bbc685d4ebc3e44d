package strata.replication;

import io.netty.buffer.ByteBuf;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;

import java.util.List;
import java.util.Optional;

/**
 * One message between two sites. {@link Data} owns a buffer: whoever takes the frame releases it
 * once with {@link #release()}; for the others that does nothing.
 */
sealed interface Frame {
    FrameKind kind();

    /** Gives back the buffer of a frame that has one. */
    default void release() {}

    /** What a connection is for. */
    enum Purpose {
        /** OFFER, DATA, END; a new one of a site takes the place of its old one. */
        SEND,
        /** FETCH. */
        FETCH,
        /** RANGES, LIST, DETAIL, CHECK, DECIDED. */
        COMPARE
    }

    /** The first frame of the site that connects. */
    record Hello(int protocol, SiteId site, String siteName, Purpose purpose) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.HELLO;
        }
    }

    /**
     * The answer to HELLO, with what the answering site is prepared to hold for this connection.
     *
     * @param maxObjects offers that may be without a final answer, at least 1
     * @param maxBytes bytes of objects that may be sent and not yet verified, at least 1; one
     *     object may be larger when it is alone
     */
    record Welcome(int protocol, SiteId site, String siteName, int maxObjects, long maxBytes)
            implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.WELCOME;
        }
    }

    /** The other answer to HELLO; the connection is closed after it. */
    record Refuse(int protocol, String reason) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.REFUSE;
        }
    }

    /**
     * "I have this object": what a record's header says of it.
     *
     * @param instance under which the same bytes may be there with another object id
     */
    record Offer(
            ObjectId id, Digest digest, long lengthBytes, Optional<Uid> instance, byte[] attributes)
            implements Frame, ReplicaSink.Offered {
        @Override
        public FrameKind kind() {
            return FrameKind.OFFER;
        }
    }

    /** "Send it, from this offset." */
    record Want(ObjectId id, long offset) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.WANT;
        }
    }

    /** "It is durable and verified here already." */
    record Have(ObjectId id) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.HAVE;
        }
    }

    /**
     * "This was decided on a version", answered with HAVE once it is durable, or FAILED.
     *
     * @param id the decision's own
     * @param bytes digest of the version, by which it is found under another id
     * @param attributes the record of the decision, as the store lays it out
     */
    record Decided(ObjectId id, Optional<Digest> bytes, byte[] attributes) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.DECIDED;
        }
    }

    /**
     * DATA compressed by zstd. Only written: whoever reads gets {@link Data}.
     *
     * @param lengthBytes of the bytes before
     */
    record Packed(ObjectId id, long offset, int lengthBytes, ByteBuf bytes) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.PACKED;
        }

        @Override
        public void release() {
            bytes.release();
        }
    }

    /** Some bytes of an object. */
    record Data(ObjectId id, long offset, ByteBuf bytes) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.DATA;
        }

        @Override
        public void release() {
            bytes.release();
        }
    }

    /** All bytes of the object were sent. */
    record End(ObjectId id) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.END;
        }
    }

    /** All bytes of the object arrived; nothing is promised yet. */
    record Received(ObjectId id) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.RECEIVED;
        }
    }

    /** The object's record is synced. */
    record Durable(ObjectId id) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.DURABLE;
        }
    }

    /** The synced bytes have this digest, computed by the answering site. */
    record Verified(ObjectId id, Digest digest) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.VERIFIED;
        }
    }

    /** The object did not arrive (from a receiver) or cannot be read (from whoever sends it). */
    record Failed(ObjectId id, FailureCode code, String reason) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.FAILED;
        }
    }

    /**
     * "Send me this object", answered with DATA and END, or FAILED.
     *
     * @param instance where to look for the same bytes under another object id
     */
    record Fetch(ObjectId id, Digest digest, long offset, Optional<Uid> instance) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.FETCH;
        }
    }

    /** "What do you have in these ranges?", answered with {@link Digests}. */
    record Ranges(List<KeyRange> ranges) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.RANGES;
        }
    }

    /** One sum for each range that was asked for, in its order. */
    record Digests(List<RangeSum> sums) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.DIGESTS;
        }
    }

    /**
     * "Which studies are in this range?", answered with {@link Study} frames and {@link Listed}.
     */
    record ListStudies(KeyRange range) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.LIST;
        }
    }

    /** One study. */
    record Study(Uid study, RangeSum sum) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.STUDY;
        }
    }

    /**
     * "Which versions are in this study?", answered with {@link Entry} frames and {@link Listed}.
     */
    record Detail(Uid study) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.DETAIL;
        }
    }

    /** One version of a study. */
    record Entry(KnownVersion version) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.ENTRY;
        }
    }

    /** That was all. */
    record Listed(long count) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.LISTED;
        }
    }

    /** "Read it and tell its digest", answered with VERIFIED or FAILED. */
    record Check(ObjectId id, Digest digest, Optional<Uid> instance) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.CHECK;
        }
    }

    /** "What does your book say?", answered with {@link NoteOf} frames and {@link Listed}. */
    record Tell(String book, Digest mine) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.TELL;
        }
    }

    /** One note; those that are sent unasked are taken at {@link Listed}. */
    record NoteOf(Note note) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.NOTE;
        }
    }

    /** The answer to notes that were sent. @param refusal empty when all are taken */
    record Noted(String refusal) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.NOTED;
        }
    }

    /** Is anyone there? */
    record Ping() implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.PING;
        }
    }

    /** Yes. */
    record Pong() implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.PONG;
        }
    }
}
