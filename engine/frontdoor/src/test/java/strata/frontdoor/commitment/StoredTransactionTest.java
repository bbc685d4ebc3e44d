package strata.frontdoor.commitment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.AeTitle;
import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.base.StrataException;
import strata.base.Uid;
import strata.network.dimse.Status;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The file of a transaction: what is written is read, and damage is never taken for content. */
class StoredTransactionTest {
    private static final Uid CT = new Uid("1.2.840.10008.5.1.4.1.1.2");

    private static StoredTransaction example() {
        Map<Reference, Verdict> references = new LinkedHashMap<>();
        references.put(new Reference(CT, new Uid("2.25.1")), Verdict.COMMITTED);
        references.put(
                new Reference(CT, new Uid("2.25.2")), Verdict.failed(Status.NO_SUCH_SOP_INSTANCE));
        references.put(new Reference(CT, new Uid("2.25.3")), Verdict.UNJUDGED);
        Instant asked = Instant.ofEpochMilli(1_700_000_000_123L);
        return new StoredTransaction(
                new Transaction(
                        7,
                        new Uid("2.25.99"),
                        new AeTitle("MODALITY"),
                        TransactionState.CHECKED,
                        asked,
                        asked.plusSeconds(9),
                        2,
                        1,
                        1),
                references);
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        assertEquals(example(), StoredTransaction.decode(example().encode(), "here"));
        StoredTransaction without = example().without();
        assertEquals(without, StoredTransaction.decode(without.encode(), "here"));
    }

    @Test
    void everyFlippedBitAndEveryCutIsNoticed() {
        byte[] right = example().encode();
        for (int bit = 0; bit < right.length * 8; bit++) {
            byte[] wrong = right.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(
                    StrataException.class,
                    () -> StoredTransaction.decode(wrong, "here"),
                    "bit " + bit);
        }
        for (int length = 0; length < right.length; length++) {
            byte[] cut = Arrays.copyOf(right, length);
            assertThrows(
                    StrataException.class,
                    () -> StoredTransaction.decode(cut, "here"),
                    "length " + length);
        }
    }

    @Test
    void aLaterFormatAndAnotherFileAreToldApartFromDamage() {
        byte[] later = example().encode();
        ByteBuffer.wrap(later).putInt(8, StoredTransaction.VERSION + 1);
        FormatException tooNew =
                assertThrows(FormatException.class, () -> StoredTransaction.decode(later, "here"));
        assertEquals(FormatException.Kind.TOO_NEW, tooNew.kind());
        FormatException wrong = assertThrows(
                FormatException.class, () -> StoredTransaction.decode(new byte[100], "here"));
        assertEquals(FormatException.Kind.WRONG_FILE, wrong.kind());
        byte[] damaged = example().encode();
        damaged[50] ^= 1;
        assertThrows(CorruptDataException.class, () -> StoredTransaction.decode(damaged, "here"));
    }

    @Test
    void stepsThatTheDiagramDoesNotHaveAreRefused() {
        for (TransactionState from : TransactionState.values()) {
            for (TransactionState to : TransactionState.values()) {
                boolean allowed = from.isPending()
                        && (to == TransactionState.GIVEN_UP || to.ordinal() == from.ordinal() + 1);
                if (allowed) {
                    assertEquals(to, from.to(to));
                } else {
                    assertThrows(IllegalStateException.class, () -> from.to(to), from + " " + to);
                }
            }
        }
    }

    @Test
    void pausesGrowToTheirLimit() {
        CommitmentOptions options = CommitmentOptions.DEFAULT;
        assertEquals(options.firstPause(), options.pauseAfter(1));
        assertEquals(options.firstPause().multipliedBy(8), options.pauseAfter(4));
        assertEquals(options.longestPause(), options.pauseAfter(1_000_000));
        assertTrue(options.pauseAfter(11).compareTo(options.longestPause()) <= 0);
    }
}
