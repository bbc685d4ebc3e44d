package strata.network;

import io.netty.buffer.ByteBuf;

import strata.network.dimse.CommandField;
import strata.network.dimse.CommandSet;
import strata.network.pdu.AbortReason;
import strata.network.pdu.PduException;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Joins fragments to messages, PS3.7 6.3 and PS3.8 annex E: a command, then the data set that it
 * announces, on one presentation context, not mingled with another message. Commands are gathered,
 * data sets are not. For the association's worker.
 */
final class MessageReader {
    /** Takes commands as they are complete. */
    interface Commands {
        /** @return who takes the data set; not looked at when the command announces none */
        DataReceiver command(AcceptedContext context, CommandSet command) throws PduException;
    }

    private static final int FIRST_BYTES = 256;
    private static final int ELEMENT_HEADER_BYTES = 8;
    private static final int STORE_RESPONSE = CommandField.C_STORE_RQ | CommandField.RESPONSE;

    private final Commands commands;
    private AssociationInfo info;
    private AcceptedContext context;
    private byte[] gathered = new byte[FIRST_BYTES];
    private int count;
    private DataReceiver receiver;
    private volatile boolean insideMessage;

    MessageReader(Commands commands) {
        this.commands = commands;
    }

    void associated(AssociationInfo negotiated) {
        info = negotiated;
    }

    /** Whether a message has begun and is not complete; readable from any thread. */
    boolean insideMessage() {
        return insideMessage;
    }

    /**
     * Whether the bytes, all of a command set, are the response to a C-STORE; a look only, nothing
     * is checked.
     */
    static boolean isStoreResponse(ByteBuf command) {
        int at = command.readerIndex();
        while (at + ELEMENT_HEADER_BYTES + 2 <= command.writerIndex()) {
            int element = command.getUnsignedShortLE(at + 2);
            int length = command.getIntLE(at + 4);
            at += ELEMENT_HEADER_BYTES;
            if (element >= CommandSet.COMMAND_FIELD) {
                return element == CommandSet.COMMAND_FIELD
                        && command.getUnsignedShortLE(at) == STORE_RESPONSE;
            }
            if (length < 0 || length > command.writerIndex() - at) {
                return false;
            }
            at += length;
        }
        return false;
    }

    /** Takes one fragment; the caller releases it. */
    void fragment(int contextId, boolean command, boolean last, ByteBuf data) throws PduException {
        if (!insideMessage) {
            context = info.context(contextId)
                    .orElseThrow(() ->
                            invalid("presentation context " + contextId + " is not accepted"));
            insideMessage = true;
        } else if (context.id() != contextId) {
            throw invalid("message on context " + context.id() + " goes on with " + contextId);
        }
        if (command) {
            commandFragment(last, data);
        } else {
            dataFragment(last, data);
        }
    }

    private void commandFragment(boolean last, ByteBuf data) throws PduException {
        if (receiver != null) {
            throw invalid("command inside a data set");
        }
        int more = data.readableBytes();
        if (more > CommandSet.MAX_BYTES - count) {
            throw invalid("command set longer than " + CommandSet.MAX_BYTES + " bytes");
        }
        if (count + more > gathered.length) {
            gathered = Arrays.copyOf(gathered, Math.max(count + more, 2 * gathered.length));
        }
        data.getBytes(data.readerIndex(), gathered, count, more);
        count += more;
        if (!last) {
            return;
        }
        CommandSet complete = CommandSet.read(ByteBuffer.wrap(gathered, 0, count));
        count = 0;
        if (!complete.hasDataSet()) {
            insideMessage = false;
            commands.command(context, complete);
        } else {
            receiver = commands.command(context, complete);
        }
    }

    private void dataFragment(boolean last, ByteBuf data) throws PduException {
        if (receiver == null) {
            throw invalid("data set without a command that announces it");
        }
        receiver.data(data);
        if (last) {
            DataReceiver ended = receiver;
            receiver = null;
            insideMessage = false;
            ended.end();
        }
    }

    /** The association is over: what was begun is given up. */
    void abandon() {
        DataReceiver begun = receiver;
        receiver = null;
        count = 0;
        insideMessage = false;
        if (begun != null) {
            begun.abandon();
        }
    }

    private static PduException invalid(String message) {
        return new PduException(AbortReason.INVALID_PDU_PARAMETER_VALUE, message);
    }
}
