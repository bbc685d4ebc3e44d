package strata.policy.lifecycle.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.ObjectId;
import strata.base.SiteId;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A set of ids in few bytes: against a plain set, and through its text. */
class SentIdsTest {
    private static ObjectId id(long site, long sequence) {
        return new ObjectId(new SiteId(site), sequence);
    }

    @Test
    void behavesAsAPlainSet() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Set<ObjectId> plain = new HashSet<>();
            SentIds ids = SentIds.NONE;
            for (int step = 0; step < 8; step++) {
                List<ObjectId> more = new ArrayList<>();
                for (int i = random.nextInt(12); i >= 0; i--) {
                    more.add(id(random.nextInt(3) - 1, 1 + random.nextInt(40)));
                }
                plain.addAll(more);
                ids = SentIds.parse(ids.and(more).text());
                SentIds.Lookup lookup = ids.lookup();
                for (long site = -1; site < 3; site++) {
                    for (long sequence = 1; sequence < 45; sequence++) {
                        ObjectId asked = id(site, sequence);
                        assertEquals(
                                plain.contains(asked), lookup.has(asked), asked + ", seed " + seed);
                    }
                }
            }
            assertEquals(ids, ids.and(plain), "again changes nothing, seed " + seed);
        }
    }

    @Test
    void runsAreShort() {
        List<ObjectId> many = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            many.add(id(7, 1_000_000 + i));
        }
        assertEquals("0000000000000007:lfls*rs;", SentIds.NONE.and(many).text());
        many.removeIf(id -> id.sequence() % 3 == 0);
        int length = SentIds.NONE.and(many).text().length();
        assertTrue(length < 3 * many.size(), length + " characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "0000000000000007:;",
                "0000000000000007:0;",
                "7:1;",
                "0000000000000007:1*0;",
                "0000000000000007:1y2p0ij32e8e7,1y2p0ij32e8e7;",
                "0000000000000007:-1;"
            })
    void whatIsMalformedIsRefused(String text) {
        assertThrows(RuntimeException.class, () -> SentIds.parse(text));
    }
}
