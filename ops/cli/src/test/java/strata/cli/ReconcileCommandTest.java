package strata.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReconcileCommandTest {
    private static final String UNTIL = "2056-11-22T00:00:00Z";

    /** What its medium keeps is not gone, though nothing more can be done about it. */
    @Test
    void aLineSaysWhatBecameOfAFinding() {
        assertEquals("", ReconcileCommand.end(false, false, ""));
        assertEquals(", mended", ReconcileCommand.end(true, false, ""));
        assertEquals(
                ", kept by its medium until " + UNTIL, ReconcileCommand.end(true, false, UNTIL));
        assertEquals(
                ", kept by its medium until a legal hold ends",
                ReconcileCommand.end(true, true, UNTIL));
    }
}
