package strata.catalog;

import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

import strata.base.OperatorException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * RocksDB's native code, taken from its jar. The file that this needs is removed as soon as the
 * process has it mapped: RocksDB itself removes it at an orderly end only, so that every kill of
 * the process would leave 17 MB in the temporary directory for good.
 */
final class NativeLibrary {
    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads it unless that was done; to be called before any other class of RocksDB is touched.
     *
     * @throws OperatorException when the temporary directory does not let code be run from it
     * @throws IOException when the temporary directory cannot be written
     */
    static synchronized void load() throws IOException {
        if (loaded) {
            return;
        }
        Path directory = Files.createTempDirectory("strata-rocksdb");
        try {
            NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
        } catch (UnsatisfiedLinkError e) {
            throw new OperatorException(
                    "the temporary directory " + directory.getParent()
                            + " has to allow that code is"
                            + " run from it (mount option exec); another one is set by"
                            + " STRATA_JAVA_OPTS=-Djava.io.tmpdir=DIRECTORY",
                    e);
        } finally {
            remove(directory);
        }
        RocksDB.loadLibrary();
        loaded = true;
    }

    private static void remove(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(directory);
    }
}
