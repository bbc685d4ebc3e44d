package strata.network.pdu;

import strata.base.Uid;

import java.util.HexFormat;

/** SOP class extended negotiation, PS3.7 D.3.3.5; the information belongs to the service class. */
public record ExtendedNegotiation(Uid sopClass, byte[] information) {
    @Override
    public String toString() {
        return sopClass + "=" + HexFormat.of().formatHex(information);
    }
}
