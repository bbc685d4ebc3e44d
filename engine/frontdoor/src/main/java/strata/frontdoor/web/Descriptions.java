package strata.frontdoor.web;

import strata.catalog.DescriptionCache;
import strata.catalog.DescriptionView;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.frontdoor.identity.Coercion;
import strata.store.Store;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** What describes instances: made of their heads, kept as JSON. Thread-safe. */
final class Descriptions {
    /** Names how {@link MetadataModel#JSON} writes; another text needs another name. */
    static final String FORMAT = "json1";

    /** An instance with a longer head than this is described while it is sent. */
    private static final int MOST_HEAD_BYTES = 512 << 10;

    /** A longer description is not kept. */
    private static final int MOST_KEPT_BYTES = 256 << 10;

    private static final int FIRST_CHARS = 8 << 10;

    private final ReadHead heads;
    private final DescriptionCache cache;
    private final Coercion coercion;

    /** Stands in new texts where the URL of the instance belongs; nobody else can know it. */
    private final String mark;

    Descriptions(Store store, DescriptionCache cache) {
        this(new ReadHead(store), cache, Coercion.NONE);
    }

    private Descriptions(ReadHead heads, DescriptionCache cache, Coercion coercion) {
        this.heads = heads;
        this.cache = cache;
        this.coercion = coercion;
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.mark = HexFormat.of().formatHex(random);
    }

    /** Of merged patients, under their current identity; nothing of it is kept. */
    Descriptions coerced(Coercion by) {
        return new Descriptions(heads, cache, by);
    }

    DescriptionView view() {
        return cache.view();
    }

    /** What is kept; valid until the next call. */
    Optional<Description> find(DescriptionView view, VersionEntry version, MetadataModel model) {
        if (coercion.isActive()) {
            return Optional.empty();
        }
        return switch (model) {
            case JSON -> view.find(version).map(Description::new);
            case XML -> Optional.empty();
        };
    }

    /** Describes it; empty when it is too long to be held. */
    Optional<Description> make(VersionEntry version, MetadataModel model) throws IOException {
        Optional<DataSet> head = heads.read(version, MOST_HEAD_BYTES);
        if (head.isEmpty()) {
            return Optional.empty();
        }
        coercion.apply(head.get(), version.key().instance());
        StringBuilder text = new StringBuilder(FIRST_CHARS);
        model.write(head.get(), mark, text);
        Description description = Description.of(text.toString(), mark);
        boolean kept = model == MetadataModel.JSON && !coercion.isActive();
        if (kept && description.encoded().remaining() <= MOST_KEPT_BYTES) {
            cache.put(version, description.bytes());
        }
        return Optional.of(description);
    }

    /** All of it that is not bulk data. */
    DataSet read(VersionEntry version) throws IOException {
        DataSet head = heads.read(version);
        coercion.apply(head, version.key().instance());
        return head;
    }
}
