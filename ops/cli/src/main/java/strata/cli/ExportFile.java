package strata.cli;

import strata.base.Uid;
import strata.dicom.HeaderCapture;
import strata.dicom.MalformedDicomException;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * One file of an export. It has another name until it is whole. Closing one that is not finished
 * removes it.
 */
final class ExportFile implements Closeable {
    private final Path studyFolder;
    private final Uid instance;
    private final Path draft;
    private final FileChannel channel;
    private boolean finished;

    ExportFile(Path studyFolder, Uid instance) throws IOException {
        this.studyFolder = studyFolder;
        this.instance = instance;
        this.draft = studyFolder.resolve("." + instance + ".part");
        Files.createDirectories(studyFolder);
        this.channel = FileChannel.open(
                draft,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** @param series the folder below the study's; none when it is not known */
    void finish(Optional<Uid> series) throws IOException {
        channel.close();
        Path folder = series.map(s -> studyFolder.resolve(s.value())).orElse(studyFolder);
        Files.createDirectories(folder);
        Files.move(
                draft,
                folder.resolve(instance + ".dcm"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        finished = true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (!finished) {
            Files.deleteIfExists(draft);
        }
    }

    /** Writes a data set behind its header, and reads along to learn the series. */
    static final class Received implements Closeable {
        private final ExportFile file;
        private final HeaderCapture capture;
        private boolean understood = true;
        private long bytes;

        Received(Path studyFolder, Uid sopClass, Uid instance, Uid syntax) throws IOException {
            file = new ExportFile(studyFolder, instance);
            capture = new HeaderCapture(TransferSyntax.of(syntax), Set.of(Tag.SeriesInstanceUID));
            write(file, ByteBuffer.wrap(Part10.header(sopClass, instance, syntax)));
        }

        private static void write(ExportFile file, ByteBuffer header) throws IOException {
            try {
                file.write(header);
            } catch (IOException e) {
                file.close();
                throw e;
            }
        }

        void write(ByteBuffer data) throws IOException {
            bytes += data.remaining();
            boolean looking = understood && !capture.captured().contains(Tag.SeriesInstanceUID);
            if (looking && !capture.reachedPixelData()) {
                try {
                    capture.feed(data.duplicate());
                } catch (MalformedDicomException e) {
                    // It is written all the same, as it came; only its series stays unknown.
                    understood = false;
                }
            }
            file.write(data);
        }

        long bytes() {
            return bytes;
        }

        void finish() throws IOException {
            file.finish(capture.captured().uid(Tag.SeriesInstanceUID));
        }

        @Override
        public void close() throws IOException {
            capture.close();
            file.close();
        }
    }
}
