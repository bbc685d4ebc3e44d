package strata.frontdoor;

import strata.base.Uid;
import strata.network.DataSource;
import strata.network.PendingStore;
import strata.network.RetrieveResponder;
import strata.network.StoreCommand;

import java.io.IOException;
import java.util.List;

/** The way to the receiver: the same association for C-GET, another one for C-MOVE. */
interface Route {
    /** In which syntaxes the receiver takes a SOP class. */
    List<Uid> syntaxes(Uid sopClass);

    /** Sends an instance; waits for a place in the agreed window, not for the answer. */
    PendingStore send(StoreCommand command, DataSource source) throws IOException;

    boolean isOpen();

    /** The association that a C-GET came by; when it ends, sending says so. */
    static Route back(RetrieveResponder responder) {
        return new Route() {
            @Override
            public List<Uid> syntaxes(Uid sopClass) {
                return responder.transferSyntaxes(sopClass);
            }

            @Override
            public PendingStore send(StoreCommand command, DataSource source) throws IOException {
                return responder.sendInstance(command, source);
            }

            @Override
            public boolean isOpen() {
                return true;
            }
        };
    }
}
