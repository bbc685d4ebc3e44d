package strata.frontdoor;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.DataSetWriter;
import strata.dicom.ParseLimits;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.frontdoor.identity.Coercion;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.store.Store;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * An instance without its bulk data, PS3.4 Z.1.3: what describes the pixels stays, the pixels go.
 * The stored bytes are read whole all the same, so that no byte goes out that was not verified.
 */
final class WithoutBulkData {
    private WithoutBulkData() {}

    /** Whether an element is bulk data; groups 50xx and 60xx repeat. */
    static boolean isBulk(int tag, int depth) {
        if (tag == Tag.WaveformData) {
            return true;
        }
        if (depth > 0) {
            return false;
        }
        int repeating = tag & 0xff00ffff;
        return tag == Tag.PixelData
                || tag == Tag.FloatPixelData
                || tag == Tag.DoubleFloatPixelData
                || tag == Tag.PixelDataProviderURL
                || tag == Tag.SpectroscopyData
                || tag == Tag.EncapsulatedDocument
                || repeating == 0x60003000
                || repeating == 0x50003000
                || repeating == 0x5000200c;
    }

    /**
     * Opens an instance for a peer that takes the given syntaxes of its class: in the stored syntax
     * when it takes that, else in one of native pixels.
     *
     * @throws DimseException when it takes neither
     */
    static InstanceSource open(
            Store store, VersionEntry version, List<Uid> accepted, Coercion coercion)
            throws IOException {
        Uid chosen = choose(version, accepted)
                .orElseThrow(() -> new DimseException(
                        Status.SOP_CLASS_NOT_SUPPORTED,
                        "the peer takes neither the stored syntax nor a native one"));
        DataSet kept;
        try (InputStream in = StoredStream.open(store, version)) {
            kept = DataSetReader.readWithout(
                    in,
                    TransferSyntax.of(version.transferSyntax()),
                    ParseLimits.IN_MEMORY,
                    WithoutBulkData::isBulk);
        }
        coercion.apply(kept, version.key().instance());
        return InstanceSource.of(chosen, DataSetWriter.toBytes(kept, TransferSyntax.of(chosen)));
    }

    private static Optional<Uid> choose(VersionEntry version, List<Uid> accepted) {
        if (accepted.contains(version.transferSyntax())) {
            return Optional.of(version.transferSyntax());
        }
        return accepted.stream()
                .filter(s -> TransferSyntax.of(s).pixels() == TransferSyntax.Pixels.NATIVE)
                .findFirst();
    }
}
