package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.TransferSyntax;
import strata.network.AcceptedContext;
import strata.network.Association;
import strata.network.AssociationException;
import strata.network.DataSource;
import strata.network.DimseClient;
import strata.network.PendingStore;
import strata.network.RequestOptions;
import strata.network.StoreCommand;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The association to a C-MOVE destination. It proposes each SOP class in the syntaxes that are
 * stored, one context each, and in the two native little endian ones as a way out, then, while
 * there is room, in the compressed ones that can be made of all images; and a window, so that a
 * destination that takes one need not be waited for after each instance.
 */
final class MoveTarget implements Route, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(MoveTarget.class);
    private static final int MAX_CONTEXTS = 128;

    /** Instances on their way to a destination that agrees to so many. */
    private static final int WINDOW = 8;

    private static final List<Uid> FALLBACK = List.of(
            TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
            TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid());

    /** For a destination that takes neither the stored nor a native one. */
    private static final List<Uid> COMPRESSED = List.of(
            TransferSyntax.JPEG_LS_LOSSLESS.uid(),
            TransferSyntax.JPEG_LOSSLESS_SV1.uid(),
            TransferSyntax.RLE_LOSSLESS.uid());

    private final Association association;

    private MoveTarget(Association association) {
        this.association = association;
    }

    static MoveTarget open(
            DimseClient client, AeTitle own, Destination to, Set<Selection.SentAs> kinds)
            throws IOException {
        RequestOptions options = to.request(own).withWindow(WINDOW, 1);
        Map<Uid, List<Uid>> byClass = new LinkedHashMap<>();
        kinds.forEach(k -> byClass.computeIfAbsent(k.sopClass(), c -> new ArrayList<>())
                .add(k.transferSyntax()));
        int contexts = 0;
        for (Map.Entry<Uid, List<Uid>> each : byClass.entrySet()) {
            for (Uid syntax : each.getValue()) {
                if (!FALLBACK.contains(syntax) && contexts++ < MAX_CONTEXTS) {
                    options = options.propose(each.getKey(), List.of(syntax));
                }
            }
            for (Uid syntax : FALLBACK) {
                if (contexts++ < MAX_CONTEXTS) {
                    options = options.propose(each.getKey(), List.of(syntax));
                }
            }
        }
        for (Map.Entry<Uid, List<Uid>> each : byClass.entrySet()) {
            List<Uid> others = COMPRESSED.stream()
                    .filter(syntax -> !each.getValue().contains(syntax))
                    .toList();
            if (!others.isEmpty() && contexts++ < MAX_CONTEXTS) {
                options = options.propose(each.getKey(), others);
            }
        }
        return new MoveTarget(client.open(options));
    }

    @Override
    public List<Uid> syntaxes(Uid sopClass) {
        return association.info().contexts().stream()
                .filter(c -> c.abstractSyntax().equals(sopClass))
                .map(AcceptedContext::transferSyntax)
                .toList();
    }

    @Override
    public PendingStore send(StoreCommand command, DataSource source) throws IOException {
        return association.storeLater(command, source);
    }

    @Override
    public boolean isOpen() {
        return association.isOpen();
    }

    /** A destination that does not release in order has got its instances all the same. */
    @Override
    public void close() {
        try {
            if (association.isOpen()) {
                association.release();
            }
        } catch (AssociationException e) {
            LOG.info("{} did not release: {}", association.info(), e.getMessage());
        }
    }
}
