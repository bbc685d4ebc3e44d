package strata.catalog;

import strata.base.AeTitle;
import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Versions and keys for tests: small, valid, told apart by their sequence number. */
final class Samples {
    static final SiteId SITE = new SiteId(7);
    static final Uid CT = new Uid("1.2.840.10008.5.1.4.1.1.2");
    static final Uid EXPLICIT = new Uid("1.2.840.10008.1.2.1");
    static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

    private Samples() {}

    static ObjectId id(long sequence) {
        return new ObjectId(SITE, sequence);
    }

    static InstanceKey key(int study, int series, int instance) {
        return new InstanceKey(
                new Uid("1.2." + study),
                new Uid("1.2." + study + "." + series),
                new Uid("1.2." + study + "." + series + "." + instance));
    }

    static Placement hot(long segment, long offset) {
        return new Placement(new SegmentLocation(segment, offset), PlacementState.VERIFIED, START);
    }

    static Placement pack(String tier, PlacementState state) {
        return new Placement(new PackLocation(tier, "pack-1", 3), state, START);
    }

    static Placement site(String site) {
        return new Placement(new SiteLocation(site), PlacementState.VERIFIED, START);
    }

    static VersionEntry version(long sequence, InstanceKey key) {
        return version(sequence, key, VersionState.CURRENT, List.of(hot(1, sequence * 1000)));
    }

    static VersionEntry version(
            long sequence, InstanceKey key, VersionState state, List<Placement> placements) {
        return new VersionEntry(
                id(sequence),
                key,
                CT,
                EXPLICIT,
                Digest.ofBytes(Long.toString(sequence).getBytes()),
                1000 + sequence,
                START.plusSeconds(sequence),
                Optional.of(new AeTitle("MODALITY")),
                state,
                placements);
    }

    static DataSet keys(InstanceKey key) {
        return new DataSet()
                .putUid(Tag.StudyInstanceUID, key.study())
                .putUid(Tag.SeriesInstanceUID, key.series())
                .putUid(Tag.SOPInstanceUID, key.instance())
                .putUid(Tag.SOPClassUID, CT)
                .putString(Tag.PatientID, Vr.LO, "P-" + key.study().value())
                .putString(Tag.PatientName, Vr.PN, "Doe^Jane")
                .putString(Tag.StudyDate, Vr.DA, "20260102")
                .putString(Tag.Modality, Vr.CS, "CT");
    }
}
