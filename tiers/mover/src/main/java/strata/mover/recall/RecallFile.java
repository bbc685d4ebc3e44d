package strata.mover.recall;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CheckedBytes;
import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.Uid;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The requests that wait, over a restart; see the package. For one thread at a time. */
final class RecallFile {
    private static final Logger LOG = LoggerFactory.getLogger(RecallFile.class);
    private static final CheckedBytes FORM = new CheckedBytes("STRARECL", 1);
    private static final String DRAFT = ".new";
    private static final long NEVER = Long.MAX_VALUE;

    /** Far beyond the longest file that is written. */
    private static final long MAX_BYTES = 256L << 20;

    /** One request as the file has it. */
    record Row(
            RecallTarget target,
            Set<RecallCause> causes,
            Instant asked,
            Optional<Instant> deadline,
            int tries,
            boolean parked) {
        static Row of(Waiting each) {
            return new Row(
                    each.target,
                    EnumSet.copyOf(each.causes),
                    each.asked,
                    each.deadline,
                    each.tries,
                    each.parked);
        }
    }

    private final Disk disk;
    private final Path path;

    RecallFile(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
    }

    /**
     * What waited when it was last written. Of a damaged file nothing: nobody's bytes depend on it,
     * and who still wants something asks again.
     *
     * @throws strata.base.FormatException when a later Strata wrote it, or it is another file
     */
    List<Row> read() throws IOException {
        if (!disk.exists(path)) {
            return List.of();
        }
        try (DiskFile file = disk.openForReading(path)) {
            long length = file.lengthBytes();
            if (length > MAX_BYTES) {
                throw new CorruptDataException(path.toString(), 0, MAX_BYTES, length);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            file.read(bytes, 0);
            return FORM.read(bytes.array(), path.toString(), "recalls", RecallFile::rows);
        } catch (CorruptDataException e) {
            LOG.error("recalls that waited are lost: {}", e.getMessage());
            return List.of();
        }
    }

    private static List<Row> rows(DataInputStream in) throws IOException {
        List<Row> rows = new ArrayList<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            Uid study = new Uid(CheckedBytes.readText(in));
            String series = CheckedBytes.readText(in);
            int mask = in.readUnsignedByte();
            Set<RecallCause> causes = EnumSet.noneOf(RecallCause.class);
            for (RecallCause cause : RecallCause.values()) {
                if ((mask & cause.code()) != 0) {
                    causes.add(cause);
                }
            }
            if (causes.isEmpty()) {
                throw new IOException("a recall for no cause");
            }
            Instant asked = Instant.ofEpochMilli(in.readLong());
            long deadline = in.readLong();
            rows.add(new Row(
                    series.isEmpty()
                            ? RecallTarget.of(study)
                            : RecallTarget.of(study, new Uid(series)),
                    causes,
                    asked,
                    deadline == NEVER
                            ? Optional.empty()
                            : Optional.of(Instant.ofEpochMilli(deadline)),
                    in.readUnsignedByte(),
                    in.readBoolean()));
        }
        return rows;
    }

    /** Durable on return; after a failure or crash the file is as before or as now. */
    void write(List<Row> rows) throws IOException {
        byte[] bytes = FORM.write(out -> {
            out.writeInt(rows.size());
            for (Row row : rows) {
                CheckedBytes.writeText(out, row.target.study().value());
                CheckedBytes.writeText(out, row.target.series().map(Uid::value).orElse(""));
                out.writeByte(row.causes.stream().mapToInt(RecallCause::code).sum());
                out.writeLong(row.asked.toEpochMilli());
                out.writeLong(row.deadline.map(Instant::toEpochMilli).orElse(NEVER));
                out.writeByte(Math.min(255, row.tries));
                out.writeBoolean(row.parked);
            }
        });
        Path draft = path.resolveSibling(path.getFileName() + DRAFT);
        disk.delete(draft);
        try (DiskFile file = disk.create(draft)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.sync();
        }
        disk.rename(draft, path);
        disk.syncDirectory(path.toAbsolutePath().getParent());
    }
}
