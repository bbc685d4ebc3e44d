package strata.frontdoor;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.TransferSyntax;
import strata.network.AcceptedContext;
import strata.network.Association;
import strata.network.DataSource;
import strata.network.DimseClient;
import strata.network.RequestOptions;
import strata.network.StoreCommand;
import strata.network.dimse.Status;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The association to a C-MOVE destination. It proposes each SOP class in the syntaxes that are
 * stored, one context each, and in the two native little endian ones as a way out.
 */
final class MoveTarget implements Closeable {
    private static final int MAX_CONTEXTS = 128;

    private static final List<Uid> FALLBACK = List.of(
            TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
            TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid());

    private final Association association;

    private MoveTarget(Association association) {
        this.association = association;
    }

    static MoveTarget open(
            DimseClient client, AeTitle own, Destination to, Set<Selection.SentAs> kinds)
            throws IOException {
        RequestOptions options = RequestOptions.of(to.host(), to.port(), own, to.aeTitle());
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
        return new MoveTarget(client.open(options));
    }

    List<Uid> syntaxes(Uid sopClass) {
        return association.info().contexts().stream()
                .filter(c -> c.abstractSyntax().equals(sopClass))
                .map(AcceptedContext::transferSyntax)
                .toList();
    }

    Status send(StoreCommand command, DataSource source) throws IOException {
        return association.store(command, source);
    }

    boolean isOpen() {
        return association.isOpen();
    }

    @Override
    public void close() throws IOException {
        if (association.isOpen()) {
            association.release();
        }
    }
}
