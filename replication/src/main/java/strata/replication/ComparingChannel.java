package strata.replication;

import strata.base.Digest;
import strata.base.Uid;
import strata.replication.ReplicationException.Kind;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The asking side of a comparison: one question after the other. One thread. */
final class ComparingChannel implements Closeable {
    /** The other site walks over its catalog, or reads an object, before it answers. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final FrameChannel channel;

    ComparingChannel(FrameChannel channel) {
        this.channel = channel;
    }

    /** Sums over ranges, at most {@link FrameLimits#RANGES}, in their order. */
    List<RangeSum> sums(List<KeyRange> ranges) throws IOException {
        if (!(ask(new Frame.Ranges(ranges)) instanceof Frame.Digests answer)
                || answer.sums().size() != ranges.size()) {
            throw unexpected("sums over ranges");
        }
        return answer.sums();
    }

    List<Frame.Study> studies(KeyRange range) throws IOException {
        List<Frame.Study> studies = new ArrayList<>();
        Frame answer = ask(new Frame.ListStudies(range));
        while (answer instanceof Frame.Study study) {
            studies.add(study);
            answer = next();
        }
        requireEnd(answer, studies.size());
        return studies;
    }

    /** All versions of one study. */
    List<KnownVersion> versions(Uid study) throws IOException {
        List<KnownVersion> versions = new ArrayList<>();
        Frame answer = ask(new Frame.Detail(study));
        while (answer instanceof Frame.Entry entry) {
            versions.add(entry.version());
            answer = next();
        }
        requireEnd(answer, versions.size());
        return versions;
    }

    private static void requireEnd(Frame answer, int count) throws ReplicationException {
        if (!(answer instanceof Frame.Listed listed) || listed.count() != count) {
            answer.release();
            throw unexpected("the end of a list of " + count);
        }
    }

    /** What is wrong with the copy there; empty when it was read and is right. */
    Optional<String> check(KnownVersion version) throws IOException {
        Frame answer = ask(
                new Frame.Check(version.id(), version.digest(), Optional.of(version.instance())));
        if (answer instanceof Frame.Verified verified) {
            return verified.digest().equals(version.digest())
                    ? Optional.empty()
                    : Optional.of("has digest " + verified.digest());
        }
        if (answer instanceof Frame.Failed failed) {
            return Optional.of(failed.code() + " " + failed.reason());
        }
        answer.release();
        throw unexpected("a digest");
    }

    /** The notes of their book; empty when it says the same as mine, or is not kept there. */
    Optional<List<Note>> notes(String book, Digest mine) throws IOException {
        List<Note> notes = new ArrayList<>();
        long bytes = 0;
        Frame answer = ask(new Frame.Tell(book, mine));
        while (answer instanceof Frame.NoteOf one) {
            notes.add(one.note());
            bytes += one.note().bytes();
            if (bytes > CompareSession.MOST_NOTES_BYTES || !one.note().book().equals(book)) {
                throw unexpected("notes of " + book);
            }
            answer = next();
        }
        if (answer instanceof Frame.Noted) {
            return Optional.empty();
        }
        requireEnd(answer, notes.size());
        return Optional.of(notes);
    }

    /** Why the other site does not take all of them; empty when it does. */
    String tell(List<Note> notes) throws IOException {
        for (Note note : notes) {
            channel.send(new Frame.NoteOf(note), LIMIT);
        }
        Frame answer = ask(new Frame.Listed(notes.size()));
        if (!(answer instanceof Frame.Noted noted)) {
            answer.release();
            throw unexpected("an answer to notes");
        }
        return noted.refusal();
    }

    void decide(KnownVersion.Decided decided, Digest bytes) throws IOException {
        Frame answer =
                ask(new Frame.Decided(decided.id(), Optional.of(bytes), decided.attributes()));
        if (!(answer instanceof Frame.Have) && !(answer instanceof Frame.Failed)) {
            answer.release();
            throw unexpected("an answer to a decision");
        }
    }

    private Frame ask(Frame question) throws IOException {
        channel.send(question, LIMIT);
        return next();
    }

    private Frame next() throws IOException {
        Frame answer = channel.receive(LIMIT);
        if (answer == null) {
            throw new ReplicationException(Kind.SILENT, "the comparison goes on no more");
        }
        return answer;
    }

    private static ReplicationException unexpected(String what) {
        return new ReplicationException(Kind.UNEXPECTED, "another frame in place of " + what);
    }

    @Override
    public void close() {
        channel.close();
    }
}
