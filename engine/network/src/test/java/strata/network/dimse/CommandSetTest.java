package strata.network.dimse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.network.pdu.PduException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

class CommandSetTest {
    private static CommandSet store() {
        return CommandSet.of(CommandField.C_STORE_RQ)
                .putUid(CommandSet.AFFECTED_SOP_CLASS, new Uid("1.2.840.10008.5.1.4.1.1.2"))
                .putUid(CommandSet.AFFECTED_SOP_INSTANCE, new Uid("1.2.3"))
                .putShort(CommandSet.MESSAGE_ID, 0xfffe)
                .putShort(CommandSet.PRIORITY, 2)
                .putText(CommandSet.MOVE_ORIGINATOR_AE, "MOVER")
                .withDataSet();
    }

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        byte[] bytes = store().bytes();
        CommandSet read = CommandSet.read(ByteBuffer.wrap(bytes));
        assertArrayEquals(bytes, read.bytes());
        assertEquals(0xfffe, read.messageId());
        assertEquals(Priority.LOW, read.priority());
        assertEquals("MOVER", read.text(CommandSet.MOVE_ORIGINATOR_AE).orElseThrow());
        assertEquals(
                new Uid("1.2.3"), read.uid(CommandSet.AFFECTED_SOP_INSTANCE).orElseThrow());
        assertTrue(read.hasDataSet());
        assertFalse(read.isResponse());
        assertEquals(bytes.length - 12, ByteBuffer.wrap(bytes).get(8) & 0xff);
    }

    @Test
    void responsesRepeatWhatTheyAnswer() throws Exception {
        CommandSet response = CommandSet.responseTo(store(), Status.OUT_OF_RESOURCES)
                .putComment("disk\nis \u00e9 full " + "x".repeat(100));
        CommandSet read = CommandSet.read(ByteBuffer.wrap(response.bytes()));
        assertEquals(0x8001, read.field());
        assertEquals(0xfffe, read.respondedTo());
        assertEquals(Status.OUT_OF_RESOURCES, read.status());
        assertFalse(read.hasDataSet());
        String comment = read.text(CommandSet.ERROR_COMMENT).orElseThrow();
        assertTrue(comment.startsWith("disk?is ? full x"), comment);
        assertEquals(64, comment.length());
    }

    @Test
    void countsAreThereWhereTheyBelong() {
        SubOperations counts = new SubOperations(3, 70_000, 1, 2);
        CommandSet pending = CommandSet.responseTo(store(), Status.PENDING);
        counts.write(pending);
        assertEquals(new SubOperations(3, 0xffff, 1, 2), SubOperations.read(pending));
        CommandSet last = CommandSet.responseTo(store(), Status.SUCCESS);
        counts.write(last);
        assertFalse(last.contains(CommandSet.REMAINING));
    }

    @Test
    void brokenStructureIsRefused() {
        byte[] good = store().bytes();
        byte[] noGroupLength = Arrays.copyOfRange(good, 12, good.length);
        assertThrows(PduException.class, () -> CommandSet.read(ByteBuffer.wrap(noGroupLength)));
        assertThrows(
                PduException.class,
                () -> CommandSet.read(ByteBuffer.wrap(good, 0, good.length - 1)));
        assertThrows(PduException.class, () -> CommandSet.read(ByteBuffer.allocate(0)));
    }

    @Test
    void randomAndMutatedBytesRaiseOnlyTheTypedError() {
        long seed = 4;
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = store().bytes();
            for (int flips = random.nextInt(5); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                CommandSet read = CommandSet.read(
                        ByteBuffer.wrap(bytes, 0, 1 + random.nextInt(bytes.length)));
                read.status();
                read.uid(CommandSet.AFFECTED_SOP_CLASS);
                CommandSet.responseTo(read, Status.SUCCESS).bytes();
            } catch (PduException expected) {
                continue;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + i, e);
            }
        }
    }

    @Test
    void statusesAreOfTheirKind() {
        assertEquals(Status.Kind.WARNING, Status.SUBOPERATIONS_WITH_FAILURES.kind());
        assertEquals(Status.Kind.FAILURE, Status.OUT_OF_RESOURCES.kind());
        assertEquals(Status.Kind.FAILURE, Status.UNRECOGNIZED_OPERATION.kind());
        assertTrue(Status.PENDING_WITH_WARNING.isPending());
        assertEquals("A700H", Status.OUT_OF_RESOURCES.toString());
    }
}
