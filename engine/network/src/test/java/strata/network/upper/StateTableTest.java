package strata.network.upper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The table against PS3.8 table 9-10, written out here as the standard prints it. */
class StateTableTest {
    /** One row for each event Evt1 to Evt19, one column for each state Sta1 to Sta13. */
    private static final String TABLE = """
            AE-1  -     -     -     -     -     -     -     -     -     -     -     -
            -     -     -     AE-2  -     -     -     -     -     -     -     -     -
            -     AA-1  AA-8  -     AE-3  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
            -     AA-1  AA-8  -     AE-4  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
            AE-5  -     -     -     -     -     -     -     -     -     -     -     -
            -     AE-6  AA-8  -     AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-7
            -     -     AE-7  -     -     -     -     -     -     -     -     -     -
            -     -     AE-8  -     -     -     -     -     -     -     -     -     -
            -     -     -     -     -     DT-1  -     AR-7  -     -     -     -     -
            -     AA-1  AA-8  -     AA-8  DT-2  AR-6  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
            -     -     -     -     -     AR-1  -     -     -     -     -     -     -
            -     AA-1  AA-8  -     AA-8  AR-2  AR-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
            -     AA-1  AA-8  -     AA-8  AA-8  AR-3  AA-8  AA-8  AR-10 AR-3  AA-8  AA-6
            -     -     -     -     -     -     -     AR-4  AR-9  -     -     AR-4  -
            -     -     AA-1  AA-2  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  -
            -     AA-2  AA-3  -     AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-2
            -     AA-5  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AR-5
            -     AA-2  -     -     -     -     -     -     -     -     -     -     AA-2
            -     AA-1  AA-8  -     AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-7
            """;

    @Test
    void everyCellIsAsTheStandardSays() {
        List<String> rows = TABLE.lines().toList();
        assertEquals(Event.values().length, rows.size());
        List<String> differences = new ArrayList<>();
        for (Event event : Event.values()) {
            String[] cells = rows.get(event.ordinal()).trim().split("\\s+");
            assertEquals(State.values().length, cells.length, event.name());
            for (State state : State.values()) {
                String expected = cells[state.ordinal()];
                Optional<Action> action = StateTable.action(state, event);
                String found = action.map(each -> each.name().replace('_', '-')).orElse("-");
                if (!expected.equals(found)) {
                    differences.add(event + " in " + state + ": " + expected + " but " + found);
                }
            }
        }
        assertEquals(List.of(), differences);
    }

    @Test
    void everyActionIsReachableAndEveryStateIsLeft() {
        for (Action action : Action.values()) {
            boolean reachable = false;
            for (Event event : Event.values()) {
                for (State state : State.values()) {
                    reachable |= StateTable.action(state, event).equals(Optional.of(action));
                }
            }
            assertTrue(reachable, action.name());
        }
        for (State state : State.values()) {
            boolean left = false;
            for (Event event : Event.values()) {
                Optional<Action> action = StateTable.action(state, event);
                left |= action.isPresent() && action.get().next() != state;
            }
            assertTrue(left, state.name());
        }
    }

    @Test
    void nextStatesAreThoseOfTables96To99() {
        String next = """
                AE-1 4, AE-2 5, AE-3 6, AE-4 1, AE-5 2, AE-6 3, AE-7 6, AE-8 13, DT-1 6, DT-2 6,
                AR-1 7, AR-2 8, AR-3 1, AR-4 13, AR-5 1, AR-6 7, AR-7 8, AR-8 9, AR-9 11,
                AR-10 12, AA-1 13, AA-2 1, AA-3 1, AA-4 1, AA-5 1, AA-6 13, AA-7 13, AA-8 13
                """;
        String[] pairs = next.replace("\n", " ").trim().split(",\\s*");
        assertEquals(Action.values().length, pairs.length);
        for (String pair : pairs) {
            String[] parts = pair.trim().split(" ");
            Action action = Action.valueOf(parts[0].replace('-', '_'));
            assertEquals("STA_" + parts[1], action.next().name(), action.name());
        }
        assertEquals(State.STA_13, Action.AE_6.otherNext());
        assertEquals(State.STA_10, Action.AR_8.otherNext());
    }
}
