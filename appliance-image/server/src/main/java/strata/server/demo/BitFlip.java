package strata.server.demo;

import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.store.Store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Damages a stored record on purpose, behind Strata's back, as a failing disk would. */
final class BitFlip {
    private BitFlip() {}

    /** Flips one bit in the middle of the version's record; returns the segment's file. */
    static Path inRecord(Store store, VersionEntry version, SegmentLocation at) throws IOException {
        Path file = store.segments().segment(at.segment()).file();
        long offset = at.offset() + version.lengthBytes() / 2;
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 0x04)).rewind();
            channel.write(one, offset);
            channel.force(true);
        }
        return file;
    }
}
