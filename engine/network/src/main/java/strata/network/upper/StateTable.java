package strata.network.upper;

import static strata.network.upper.Action.AA_1;
import static strata.network.upper.Action.AA_2;
import static strata.network.upper.Action.AA_3;
import static strata.network.upper.Action.AA_4;
import static strata.network.upper.Action.AA_5;
import static strata.network.upper.Action.AA_6;
import static strata.network.upper.Action.AA_7;
import static strata.network.upper.Action.AA_8;
import static strata.network.upper.Action.AE_1;
import static strata.network.upper.Action.AE_2;
import static strata.network.upper.Action.AE_3;
import static strata.network.upper.Action.AE_4;
import static strata.network.upper.Action.AE_5;
import static strata.network.upper.Action.AE_6;
import static strata.network.upper.Action.AE_7;
import static strata.network.upper.Action.AE_8;
import static strata.network.upper.Action.AR_1;
import static strata.network.upper.Action.AR_10;
import static strata.network.upper.Action.AR_2;
import static strata.network.upper.Action.AR_3;
import static strata.network.upper.Action.AR_4;
import static strata.network.upper.Action.AR_5;
import static strata.network.upper.Action.AR_6;
import static strata.network.upper.Action.AR_7;
import static strata.network.upper.Action.AR_8;
import static strata.network.upper.Action.AR_9;
import static strata.network.upper.Action.DT_1;
import static strata.network.upper.Action.DT_2;
import static strata.network.upper.State.STA_1;
import static strata.network.upper.State.STA_10;
import static strata.network.upper.State.STA_11;
import static strata.network.upper.State.STA_12;
import static strata.network.upper.State.STA_13;
import static strata.network.upper.State.STA_2;
import static strata.network.upper.State.STA_3;
import static strata.network.upper.State.STA_4;
import static strata.network.upper.State.STA_5;
import static strata.network.upper.State.STA_6;
import static strata.network.upper.State.STA_7;
import static strata.network.upper.State.STA_8;
import static strata.network.upper.State.STA_9;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The transitions of PS3.8 table 9-10. */
public final class StateTable {
    private static final List<State> ESTABLISHED_OR_RELEASING =
            List.of(STA_6, STA_7, STA_8, STA_9, STA_10, STA_11, STA_12);

    private static final Map<Event, Map<State, Action>> ROWS = build();

    private StateTable() {}

    /**
     * What to do; empty where the table is blank: the event cannot occur, or is a primitive that
     * the local user may not issue in this state.
     */
    public static Optional<Action> action(State state, Event event) {
        return Optional.ofNullable(ROWS.get(event).get(state));
    }

    private static Map<Event, Map<State, Action>> build() {
        Map<Event, Map<State, Action>> rows = new EnumMap<>(Event.class);
        for (Event event : Event.values()) {
            rows.put(event, row(event));
        }
        return rows;
    }

    private static Map<State, Action> row(Event event) {
        Map<State, Action> row = new EnumMap<>(State.class);
        switch (event) {
            case A_ASSOCIATE_REQUEST -> row.put(STA_1, AE_1);
            case TRANSPORT_CONNECTION_CONFIRMATION -> row.put(STA_4, AE_2);
            case TRANSPORT_CONNECTION_INDICATION -> row.put(STA_1, AE_5);
            case A_ASSOCIATE_AC_PDU -> unexpectedBut(row, AA_1, AA_6).put(STA_5, AE_3);
            case A_ASSOCIATE_RJ_PDU -> unexpectedBut(row, AA_1, AA_6).put(STA_5, AE_4);
            case A_ASSOCIATE_RQ_PDU -> unexpectedBut(row, AE_6, AA_7);
            case A_ASSOCIATE_RESPONSE_ACCEPT -> row.put(STA_3, AE_7);
            case A_ASSOCIATE_RESPONSE_REJECT -> row.put(STA_3, AE_8);
            case P_DATA_REQUEST -> {
                row.put(STA_6, DT_1);
                row.put(STA_8, AR_7);
            }
            case P_DATA_TF_PDU -> {
                unexpectedBut(row, AA_1, AA_6).put(STA_6, DT_2);
                row.put(STA_7, AR_6);
            }
            case A_RELEASE_REQUEST -> row.put(STA_6, AR_1);
            case A_RELEASE_RQ_PDU -> {
                unexpectedBut(row, AA_1, AA_6).put(STA_6, AR_2);
                row.put(STA_7, AR_8);
            }
            case A_RELEASE_RP_PDU -> {
                unexpectedBut(row, AA_1, AA_6).put(STA_7, AR_3);
                row.put(STA_10, AR_10);
                row.put(STA_11, AR_3);
            }
            case A_RELEASE_RESPONSE -> {
                row.put(STA_8, AR_4);
                row.put(STA_9, AR_9);
                row.put(STA_12, AR_4);
            }
            case A_ABORT_REQUEST -> {
                fill(row, AA_1);
                row.put(STA_4, AA_2);
            }
            case A_ABORT_PDU -> {
                fill(row, AA_3);
                row.put(STA_2, AA_2);
                row.put(STA_13, AA_2);
            }
            case TRANSPORT_CONNECTION_CLOSED -> {
                fill(row, AA_4);
                row.put(STA_2, AA_5);
                row.put(STA_4, AA_4);
                row.put(STA_13, AR_5);
            }
            case ARTIM_EXPIRED -> {
                row.put(STA_2, AA_2);
                row.put(STA_13, AA_2);
            }
            case INVALID_PDU -> unexpectedBut(row, AA_1, AA_7);
        }
        return row;
    }

    /** Sta3, Sta5 and Sta6 to Sta12. */
    private static Map<State, Action> fill(Map<State, Action> row, Action action) {
        row.put(STA_3, action);
        row.put(STA_5, action);
        ESTABLISHED_OR_RELEASING.forEach(state -> row.put(state, action));
        return row;
    }

    /** A PDU that most states do not expect: AA-8 but in Sta2 and Sta13. */
    private static Map<State, Action> unexpectedBut(
            Map<State, Action> row, Action inSta2, Action inSta13) {
        fill(row, AA_8);
        row.put(STA_2, inSta2);
        row.put(STA_13, inSta13);
        return row;
    }
}
