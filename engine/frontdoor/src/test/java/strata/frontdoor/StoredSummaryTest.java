package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.network.AssociationInfo;

import java.util.ArrayList;
import java.util.List;

/** The audit trail tells of an association in summary, once nothing of it is open. */
class StoredSummaryTest {
    private static final Uid OTHER = Studies.OTHER_STUDY;

    private final List<String> audited = new ArrayList<>();
    private final StoredSummary summary = new StoredSummary(
            (action, outcome, actor, details) -> audited.add(action + " " + outcome + " " + actor
                    + " " + details.get("study") + " " + details.get("instances")));
    private final AssociationInfo association = Requester.association();

    private void store(Uid study) {
        summary.begun(association);
        summary.stored(association, study);
        summary.answered(association);
    }

    private static String line(Uid study, int count) {
        return "INSTANCES_STORED SUCCESS PEER " + study + " " + count;
    }

    @Test
    void oneEventForEachStudyWhenTheAssociationIsOver() {
        for (int i = 0; i < 5; i++) {
            store(Studies.STUDY);
        }
        store(OTHER);
        assertEquals(List.of(), audited);
        summary.ended(association);
        assertEquals(List.of(line(Studies.STUDY, 5), line(OTHER, 1)), audited);
        assertEquals(0, summary.size());
    }

    @Test
    void anObjectThatIsAnsweredAfterTheEndIsInTheSummary() {
        store(Studies.STUDY);
        summary.begun(association);
        summary.ended(association);
        assertEquals(List.of(), audited);
        summary.stored(association, Studies.STUDY);
        summary.answered(association);
        assertEquals(List.of(line(Studies.STUDY, 2)), audited);
        assertEquals(0, summary.size());
    }

    @Test
    void whatIsRefusedIsNotTold() {
        summary.begun(association);
        summary.answered(association);
        summary.ended(association);
        assertEquals(List.of(), audited);
        assertEquals(0, summary.size());
    }

    @Test
    void anObjectThatBeginsAfterTheEndLeavesNothingBehind() {
        summary.ended(association);
        summary.begun(association);
        summary.answered(association);
        assertEquals(0, summary.size());
    }

    @Test
    void veryManyStudiesAreToldInParts() {
        for (int i = 1; i <= 100; i++) {
            store(new Uid("2.25.77." + i));
        }
        assertEquals(64, audited.size());
        summary.ended(association);
        assertEquals(100, audited.size());
    }
}
