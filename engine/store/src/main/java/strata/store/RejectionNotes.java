package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Rejection notes: Key Object Selection documents whose title says why the instances that they
 * refer to must not be used (IHE RAD TF-2 4.66; titles in CID 7010 of PS3.16). The note is stored
 * as any object and shown; what it refers to is hidden before its sender hears of success.
 * Thread-safe.
 */
final class RejectionNotes {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionNotes.class);
    private static final Uid KEY_OBJECT_SELECTION = new Uid("1.2.840.10008.5.1.4.1.1.88.59");

    /** A longer document refers to more than a note sensibly does. */
    private static final long MAX_NOTE_BYTES = 16 << 20;

    private final Store store;
    private final DeletionOptions options;

    RejectionNotes(Store store, DeletionOptions options) {
        this.store = store;
        this.options = options;
    }

    /** What a note says. */
    record Note(Reason reason, Set<Uid> instances) {}

    /** Takes every object that was stored, also one that was there already. */
    void arrived(Uid sopClass, IngestResult result) throws IOException {
        if (!sopClass.equals(KEY_OBJECT_SELECTION)
                || !options.acceptNotes()
                || result.outcome() == IngestResult.Outcome.CONFLICT) {
            return;
        }
        VersionEntry entry = store.catalog().version(result.id()).orElseThrow();
        Optional<Note> note = read(entry);
        if (note.isEmpty()) {
            return;
        }
        Reason reason = note.get().reason();
        if (reason == Reason.QUALITY && !options.hideQuality()) {
            LOG.info("rejection note {}: for quality, nothing is hidden", entry.id());
            return;
        }
        Set<Uid> known = new LinkedHashSet<>();
        for (Uid instance : note.get().instances()) {
            if (store.catalog().versions(instance).stream()
                    .anyMatch(v -> !v.key().equals(entry.key()))) {
                known.add(instance);
            }
        }
        Decisions.Done done = store.decisions()
                .delete(
                        known,
                        new Decisions.By(
                                entry.source().map(Object::toString).orElse(Decision.STORE),
                                reason,
                                "",
                                Optional.of(entry.key().instance())));
        store.meters().rejected(reason, done.versions());
        LOG.info(
                "rejection note {}: {}, {} of {} instances are here, {} versions hidden",
                entry.id(),
                reason,
                known.size(),
                note.get().instances().size(),
                done.versions());
    }

    private Optional<Note> read(VersionEntry entry) throws IOException {
        if (entry.lengthBytes() > MAX_NOTE_BYTES) {
            LOG.warn("key object selection {} is too long to be a note", entry.id());
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) entry.lengthBytes());
        try (ObjectReader reader = store.open(entry)) {
            while (bytes.hasRemaining() && reader.read(bytes) >= 0) {
                // Reads until the document is whole.
            }
        }
        return of(Part10.read(new ByteArrayInputStream(bytes.array())).dataSet());
    }

    /** The note in a document; empty for one with another title. */
    static Optional<Note> of(DataSet document) {
        Optional<Reason> reason = document.items(Tag.ConceptNameCodeSequence).stream()
                .filter(code -> code.string(Tag.CodingSchemeDesignator)
                        .filter("DCM"::equals)
                        .isPresent())
                .flatMap(code -> code.string(Tag.CodeValue).stream())
                .flatMap(code -> Reason.ofTitle(code).stream())
                .findFirst();
        if (reason.isEmpty()) {
            return Optional.empty();
        }
        Set<Uid> instances = new LinkedHashSet<>();
        for (DataSet study : document.items(Tag.CurrentRequestedProcedureEvidenceSequence)) {
            for (DataSet series : study.items(Tag.ReferencedSeriesSequence)) {
                for (DataSet sop : series.items(Tag.ReferencedSOPSequence)) {
                    sop.uid(Tag.ReferencedSOPInstanceUID).ifPresent(instances::add);
                }
            }
        }
        return Optional.of(new Note(reason.get(), instances));
    }
}
