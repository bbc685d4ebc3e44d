package strata.cli;

import strata.dicom.MalformedDicomException;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** Finds the files of an import, in constant memory. */
final class ImportScan {
    /** Takes what was found; may block. */
    interface Target {
        /** @return false to end the scan */
        boolean accept(ImportFile file);
    }

    private ImportScan() {}

    /** Counts the files that {@link #run} will look at. */
    static long count(List<Path> paths) throws IOException {
        long[] count = {0};
        for (Path path : paths) {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    count[0]++;
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    count[0]++;
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return count[0];
    }

    static void run(List<Path> paths, Target target, ImportReport report) throws IOException {
        for (Path path : paths) {
            Walk walk = new Walk(target, report);
            Files.walkFileTree(path, walk);
            if (walk.ended) {
                return;
            }
        }
    }

    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Target target;
        private final ImportReport report;
        private boolean ended;

        Walk(Target target, ImportReport report) {
            this.target = target;
            this.report = report;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (Files.isSymbolicLink(file) && Files.isDirectory(file)) {
                report.skipped(file, "link to a folder");
            } else if (!Files.isRegularFile(file)) {
                report.skipped(file, "no plain file");
            } else if (file.endsWith("DICOMDIR")) {
                report.skipped(file, "DICOMDIR");
            } else {
                ended = !read(file);
            }
            return ended ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        private boolean read(Path file) {
            try {
                return target.accept(ImportFile.read(file));
            } catch (ImportFile.NotForSendingException e) {
                report.skipped(file, e.getMessage());
            } catch (MalformedDicomException e) {
                report.refused(file, e.getMessage());
            } catch (IOException e) {
                report.refused(file, "cannot be read: " + e);
            }
            return true;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            report.refused(file, "cannot be read: " + e);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException e) {
            if (e != null) {
                report.refused(folder, "cannot be listed to its end: " + e);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
