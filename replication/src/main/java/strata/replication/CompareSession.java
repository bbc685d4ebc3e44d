package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Digest;
import strata.replication.ReplicationException.Kind;
import strata.store.ObjectReader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answering side of a comparison: tells what is here, and reads what is to be checked. What it
 * sums up is of the moment of the first question. One thread.
 */
final class CompareSession {
    private static final Logger LOG = LoggerFactory.getLogger(CompareSession.class);
    private static final int BUFFER_BYTES = 256 << 10;

    /** Notes that one site tells another at once at most. */
    static final int MOST_NOTES_BYTES = 64 << 20;

    private final SiteName peer;
    private final FrameChannel channel;
    private final ReplicaSink sink;
    private final ReceiverOptions options;
    private StudyDigests digests;
    private final List<Note> kept = new ArrayList<>();
    private long keptBytes;

    CompareSession(SiteName peer, FrameChannel channel, ReplicaSink sink, ReceiverOptions options) {
        this.peer = peer;
        this.channel = channel;
        this.sink = sink;
        this.options = options;
    }

    /** Answers until the connection ends, which it always does by an exception. */
    void run() throws IOException {
        while (true) {
            Frame frame = channel.receive(options.silence());
            if (frame == null) {
                throw new ReplicationException(Kind.CLOSED, "idle connection closed");
            }
            answer(frame);
        }
    }

    private void answer(Frame frame) throws IOException {
        if (frame instanceof Frame.Ranges ranges) {
            List<RangeSum> sums = new ArrayList<>();
            for (KeyRange range : ranges.ranges()) {
                sums.add(digests().sum(range));
            }
            send(new Frame.Digests(sums));
        } else if (frame instanceof Frame.ListStudies list) {
            List<Frame.Study> studies = digests().studies(list.range());
            for (Frame.Study study : studies) {
                send(study);
            }
            send(new Frame.Listed(studies.size()));
        } else if (frame instanceof Frame.Detail detail) {
            send(new Frame.Listed(sendVersions(detail)));
        } else if (frame instanceof Frame.Check check) {
            check(check);
        } else if (frame instanceof Frame.Decided decided) {
            decide(decided);
        } else if (frame instanceof Frame.Tell tell) {
            tell(tell);
        } else if (frame instanceof Frame.NoteOf note) {
            keep(note.note());
        } else if (frame instanceof Frame.Listed listed) {
            take(listed);
        } else {
            frame.release();
            throw new ReplicationException(
                    Kind.UNEXPECTED, frame.kind() + " on a comparing connection");
        }
    }

    /** NOTED says that there is nothing to tell. */
    private void tell(Frame.Tell tell) throws IOException {
        List<Note> notes = sink.notes().of(tell.book());
        if (!sink.notes().keeps(tell.book()) || Note.digest(notes).equals(tell.mine())) {
            send(new Frame.Noted(""));
            return;
        }
        for (Note note : notes) {
            send(new Frame.NoteOf(note));
        }
        send(new Frame.Listed(notes.size()));
    }

    private void keep(Note note) throws ReplicationException {
        kept.add(note);
        keptBytes += note.bytes();
        if (keptBytes > MOST_NOTES_BYTES) {
            throw new ReplicationException(Kind.UNEXPECTED, "too many notes at once");
        }
    }

    private void take(Frame.Listed listed) throws IOException {
        if (listed.count() != kept.size()) {
            throw new ReplicationException(Kind.UNEXPECTED, "another number of notes");
        }
        String refusal = "";
        try {
            sink.notes().take(kept);
        } catch (ReplicationException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("from {}: {}", peer, e.getMessage());
            refusal = String.valueOf(e.getMessage());
        }
        kept.clear();
        keptBytes = 0;
        send(new Frame.Noted(refusal));
    }

    private StudyDigests digests() throws IOException {
        if (digests == null) {
            digests = sink.digests();
        }
        return digests;
    }

    private long sendVersions(Frame.Detail detail) throws IOException {
        long[] count = new long[1];
        sink.versions(detail.study(), version -> {
            send(new Frame.Entry(version));
            count[0]++;
        });
        return count[0];
    }

    private void check(Frame.Check check) throws IOException {
        try {
            Optional<ObjectReader> bytes = sink.open(check.id(), check.digest(), check.instance());
            if (bytes.isEmpty()) {
                send(new Frame.Failed(check.id(), FailureCode.NOT_FOUND, "no such object here"));
                return;
            }
            send(new Frame.Verified(check.id(), read(bytes.get())));
        } catch (ReplicationException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("for {}: {} cannot be read: {}", peer, check.id(), e.getMessage());
            send(new Frame.Failed(
                    check.id(), FailureCode.UNREADABLE, String.valueOf(e.getMessage())));
        }
    }

    /** The digest of all bytes. */
    static Digest read(ObjectReader from) throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        ByteBuffer part = ByteBuffer.allocate(BUFFER_BYTES);
        try (from) {
            while (from.read(part) >= 0) {
                sha256.update(part.flip());
                part.clear();
            }
        }
        return Digest.finish(sha256);
    }

    private void decide(Frame.Decided decided) throws IOException {
        try {
            sink.decide(peer.id(), decided.id(), decided.bytes(), decided.attributes());
            send(new Frame.Have(decided.id()));
        } catch (IOException e) {
            LOG.warn("from {}: decision {} not entered: {}", peer, decided.id(), e.getMessage());
            send(new Frame.Failed(
                    decided.id(), FailureCode.REFUSED, String.valueOf(e.getMessage())));
        }
    }

    private void send(Frame frame) throws IOException {
        channel.send(frame, options.silence());
    }
}
