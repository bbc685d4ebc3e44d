package strata.replication;

import io.netty.buffer.ByteBuf;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Payloads of the frames by which two sites compare what they have. */
final class CompareFrames {
    private static final ObjectId NO_DECISION = new ObjectId(new SiteId(1), 1);

    private CompareFrames() {}

    static void write(Frame frame, ByteBuf out) {
        if (frame instanceof Frame.Ranges f) {
            f.ranges().forEach(range -> range(range, out));
        } else if (frame instanceof Frame.Digests f) {
            f.sums().forEach(sum -> sum(sum, out));
        } else if (frame instanceof Frame.ListStudies f) {
            range(f.range(), out);
        } else if (frame instanceof Frame.Study f) {
            FrameWriter.text(f.study().value(), out);
            sum(f.sum(), out);
        } else if (frame instanceof Frame.Detail f) {
            FrameWriter.text(f.study().value(), out);
        } else if (frame instanceof Frame.Entry f) {
            version(f.version(), out);
        } else if (frame instanceof Frame.Listed f) {
            out.writeLong(f.count());
        } else if (frame instanceof Frame.Check f) {
            FrameWriter.digest(f.digest(), FrameWriter.id(f.id(), out));
            FrameWriter.text(f.instance().map(Object::toString).orElse(""), out);
        } else if (frame instanceof Frame.Tell f) {
            FrameWriter.text(f.book(), out);
            FrameWriter.digest(f.mine(), out);
        } else if (frame instanceof Frame.NoteOf f) {
            note(f.note(), out);
        } else if (frame instanceof Frame.Noted f) {
            FrameWriter.text(f.refusal(), out);
        }
    }

    private static void note(Note note, ByteBuf out) {
        FrameWriter.text(note.book(), out);
        FrameWriter.text(note.key(), out);
        out.writeLong(note.at().toEpochMilli()).writeLong(note.origin().value());
        out.writeInt(note.value().length).writeBytes(note.value());
    }

    private static Note note(ByteBuf in) {
        String book = FrameParser.text(in);
        String key = FrameParser.text(in);
        Instant at = Instant.ofEpochMilli(in.readLong());
        return new Note(book, key, at, new SiteId(in.readLong()), FrameParser.bytes(in));
    }

    private static void range(KeyRange range, ByteBuf out) {
        out.writeLong(range.from()).writeLong(range.to());
    }

    private static void sum(RangeSum sum, ByteBuf out) {
        out.writeLong(sum.studies()).writeLong(sum.versions());
        out.writeLong(sum.high()).writeLong(sum.low());
    }

    private static void version(KnownVersion version, ByteBuf out) {
        FrameWriter.digest(version.digest(), FrameWriter.id(version.id(), out));
        out.writeLong(version.lengthBytes());
        FrameWriter.text(version.instance().value(), out);
        out.writeByte(version.standing().ordinal() + 1);
        out.writeInt(version.attributes().length).writeBytes(version.attributes());
        out.writeBoolean(version.decision().isPresent());
        FrameWriter.id(version.decision().map(KnownVersion.Decided::id).orElse(NO_DECISION), out);
        byte[] decision =
                version.decision().map(KnownVersion.Decided::attributes).orElse(new byte[0]);
        out.writeInt(decision.length).writeBytes(decision);
    }

    static Frame read(FrameKind kind, ByteBuf in) {
        return switch (kind) {
            case RANGES -> ranges(in);
            case DIGESTS -> digests(in);
            case LIST -> new Frame.ListStudies(range(in));
            case STUDY -> new Frame.Study(new Uid(FrameParser.text(in)), sum(in));
            case DETAIL -> new Frame.Detail(new Uid(FrameParser.text(in)));
            case ENTRY -> new Frame.Entry(version(in));
            case LISTED -> new Frame.Listed(FrameParser.notNegative(in.readLong(), "count"));
            case CHECK ->
                new Frame.Check(
                        FrameParser.id(in), FrameParser.digest(in), FrameParser.instance(in));
            case TELL -> new Frame.Tell(FrameParser.text(in), FrameParser.digest(in));
            case NOTE -> new Frame.NoteOf(note(in));
            case NOTED -> new Frame.Noted(FrameParser.text(in));
            case HELLO,
                    WELCOME,
                    REFUSE,
                    OFFER,
                    WANT,
                    HAVE,
                    DATA,
                    END,
                    RECEIVED,
                    DURABLE,
                    VERIFIED,
                    FAILED,
                    FETCH,
                    PING,
                    PONG,
                    DECIDED,
                    PACKED ->
                throw new IllegalArgumentException(kind + " is no frame of a comparison");
        };
    }

    private static Frame ranges(ByteBuf in) {
        List<KeyRange> ranges = new ArrayList<>();
        while (in.isReadable()) {
            ranges.add(range(in));
        }
        return new Frame.Ranges(ranges);
    }

    private static Frame digests(ByteBuf in) {
        List<RangeSum> sums = new ArrayList<>();
        while (in.isReadable()) {
            sums.add(sum(in));
        }
        return new Frame.Digests(sums);
    }

    private static KeyRange range(ByteBuf in) {
        return new KeyRange(in.readLong(), in.readLong());
    }

    private static RangeSum sum(ByteBuf in) {
        return new RangeSum(
                FrameParser.notNegative(in.readLong(), "count"),
                FrameParser.notNegative(in.readLong(), "count"),
                in.readLong(),
                in.readLong());
    }

    private static KnownVersion version(ByteBuf in) {
        ObjectId id = FrameParser.id(in);
        Digest digest = FrameParser.digest(in);
        long lengthBytes = FrameParser.notNegative(in.readLong(), "length");
        Uid instance = new Uid(FrameParser.text(in));
        int standing = in.readUnsignedByte();
        if (standing < 1 || standing > KnownVersion.Standing.values().length) {
            throw new IllegalArgumentException("standing " + standing);
        }
        byte[] attributes = FrameParser.bytes(in);
        boolean decided = in.readBoolean();
        KnownVersion.Decided decision =
                new KnownVersion.Decided(FrameParser.id(in), FrameParser.bytes(in));
        return new KnownVersion(
                id,
                digest,
                lengthBytes,
                instance,
                KnownVersion.Standing.values()[standing - 1],
                attributes,
                decided ? Optional.of(decision) : Optional.empty());
    }
}
