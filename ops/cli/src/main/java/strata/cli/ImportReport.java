package strata.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What became of each file of an import. Thread-safe. */
final class ImportReport {
    private final Progress progress;
    private final FileList skipped = new FileList();
    private final FileList refused = new FileList();
    private long sent;
    private long sentBytes;
    private long conflicts;

    /** Files with reasons: all are counted, the first ones are listed. */
    static final class FileList {
        private static final int MAX_LISTED = 1000;

        private final List<String> lines = new ArrayList<>();
        private long count;

        private synchronized void add(Path file, String reason) {
            count++;
            if (lines.size() < MAX_LISTED) {
                lines.add(Text.safe(file + ": " + reason));
            }
        }

        synchronized long count() {
            return count;
        }

        synchronized List<String> lines() {
            return List.copyOf(lines);
        }

        synchronized void print(PrintWriter to, String word) {
            lines.forEach(line -> to.println(word + " " + line));
            if (count > lines.size()) {
                to.println(word + " " + (count - lines.size()) + " more files");
            }
        }
    }

    ImportReport(Progress progress) {
        this.progress = progress;
    }

    /** A file that is not for sending. */
    void skipped(Path file, String reason) {
        skipped.add(file, reason);
        progress.add(1, 0);
    }

    /** A file that should have been sent and is not stored. */
    void refused(Path file, String reason) {
        refused.add(file, reason);
        progress.add(1, 0);
    }

    void sent(ImportFile file, boolean conflict) {
        synchronized (this) {
            sent++;
            sentBytes += file.dataSetBytes();
            conflicts += conflict ? 1 : 0;
        }
        progress.add(1, file.dataSetBytes());
    }

    FileList skipped() {
        return skipped;
    }

    FileList refused() {
        return refused;
    }

    synchronized long sent() {
        return sent;
    }

    synchronized long sentBytes() {
        return sentBytes;
    }

    /** Sent ones that the server keeps aside, since it has the instance with other bytes. */
    synchronized long conflicts() {
        return conflicts;
    }
}
