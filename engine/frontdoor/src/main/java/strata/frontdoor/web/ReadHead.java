package strata.frontdoor.web;

import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.HeaderCapture;
import strata.dicom.ParseLimits;
import strata.dicom.Part10;
import strata.dicom.TransferSyntax;
import strata.store.ObjectReader;
import strata.store.Store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads all elements of an instance but its bulk data, which is passed over: of most objects that
 * is their first block. Every block that is read is verified. Thread-safe.
 */
final class ReadHead {
    /** Values longer than this are given by reference. */
    static final int MAX_VALUE_BYTES = 64 << 10;

    /** A block of a segment: what is verified as one. */
    private static final int BLOCK_BYTES = 64 << 10;

    private final Store store;

    ReadHead(Store store) {
        this.store = store;
    }

    /** All of it, held in memory as far as the limits on captured values go. */
    DataSet read(VersionEntry version) throws IOException {
        return read(version, Long.MAX_VALUE).orElseThrow();
    }

    /** Empty when more than that had to be read of it. */
    Optional<DataSet> read(VersionEntry version, long mostBytes) throws IOException {
        TransferSyntax syntax = TransferSyntax.of(version.transferSyntax());
        long position = Part10.headerBytes(
                version.sopClass(), version.key().instance(), version.transferSyntax());
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        long left = mostBytes;
        try (ObjectReader reader = store.open(version);
                HeaderCapture capture = HeaderCapture.ofEverything(
                        syntax, MAX_VALUE_BYTES, ParseLimits.STREAMING)) {
            reader.skipTo(position);
            while (reader.read(block.clear()) >= 0) {
                position += block.position();
                left -= block.position();
                if (left < 0) {
                    return Optional.empty();
                }
                capture.feed(block.flip());
                long skipped = Math.min(capture.skippableBytes(), version.lengthBytes() - position);
                if (skipped > BLOCK_BYTES) {
                    position += skipped;
                    capture.skip(skipped);
                    reader.skipTo(position);
                }
            }
            return Optional.of(capture.finish());
        }
    }
}
