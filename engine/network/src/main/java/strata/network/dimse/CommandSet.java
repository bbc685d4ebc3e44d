package strata.network.dimse;

import strata.base.Uid;
import strata.network.pdu.AbortReason;
import strata.network.pdu.PduException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A command set, PS3.7 6.3.1 and annex E: elements of group 0000 in implicit little endian. Mutable
 * while it is built; keys are element numbers.
 */
public final class CommandSet {
    public static final int GROUP_LENGTH = 0x0000;
    public static final int AFFECTED_SOP_CLASS = 0x0002;
    public static final int REQUESTED_SOP_CLASS = 0x0003;
    public static final int COMMAND_FIELD = 0x0100;
    public static final int MESSAGE_ID = 0x0110;
    public static final int MESSAGE_ID_RESPONDED_TO = 0x0120;
    public static final int MOVE_DESTINATION = 0x0600;
    public static final int PRIORITY = 0x0700;
    public static final int DATA_SET_TYPE = 0x0800;
    public static final int STATUS = 0x0900;
    public static final int ERROR_COMMENT = 0x0902;
    public static final int AFFECTED_SOP_INSTANCE = 0x1000;
    public static final int REQUESTED_SOP_INSTANCE = 0x1001;
    public static final int EVENT_TYPE_ID = 0x1002;
    public static final int ACTION_TYPE_ID = 0x1008;
    public static final int REMAINING = 0x1020;
    public static final int COMPLETED = 0x1021;
    public static final int FAILED = 0x1022;
    public static final int WARNING = 0x1023;
    public static final int MOVE_ORIGINATOR_AE = 0x1030;
    public static final int MOVE_ORIGINATOR_MESSAGE_ID = 0x1031;

    /** Longest command set that is read: about fifty times what any command needs. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_COMMENT_LENGTH = 64;
    private static final int NO_DATA_SET = 0x0101;
    private static final int DATA_SET_FOLLOWS = 0x0001;
    private static final int ELEMENT_HEADER_BYTES = 8;
    private static final int GROUP_LENGTH_ELEMENT_BYTES = ELEMENT_HEADER_BYTES + 4;

    private final Map<Integer, byte[]> elements = new TreeMap<>();

    /** An empty command with its field, and without a data set. */
    public static CommandSet of(int commandField) {
        return new CommandSet()
                .putShort(COMMAND_FIELD, commandField)
                .putShort(DATA_SET_TYPE, NO_DATA_SET);
    }

    /** The response to a request, with what every response repeats; without a data set. */
    public static CommandSet responseTo(CommandSet request, Status status) {
        CommandSet response = of(request.field() | CommandField.RESPONSE)
                .putShort(MESSAGE_ID_RESPONDED_TO, request.messageId())
                .putShort(STATUS, status.code());
        response.repeat(request, REQUESTED_SOP_CLASS, AFFECTED_SOP_CLASS);
        response.repeat(request, REQUESTED_SOP_INSTANCE, AFFECTED_SOP_INSTANCE);
        response.repeat(request, AFFECTED_SOP_CLASS, AFFECTED_SOP_CLASS);
        response.repeat(request, AFFECTED_SOP_INSTANCE, AFFECTED_SOP_INSTANCE);
        response.repeatNumber(request, EVENT_TYPE_ID);
        response.repeatNumber(request, ACTION_TYPE_ID);
        return response;
    }

    private void repeat(CommandSet request, int from, int to) {
        request.text(from).ifPresent(text -> putText(to, text, (char) 0));
    }

    private void repeatNumber(CommandSet request, int element) {
        if (request.has16(element)) {
            putShort(element, request.number(element));
        }
    }

    /** Reads a whole command set from all remaining bytes. */
    public static CommandSet read(ByteBuffer in) throws PduException {
        in.order(ByteOrder.LITTLE_ENDIAN);
        CommandSet command = new CommandSet();
        int previous = -1;
        while (in.hasRemaining()) {
            if (in.remaining() < ELEMENT_HEADER_BYTES) {
                throw malformed("ends inside an element");
            }
            int group = in.getShort() & 0xffff;
            int element = in.getShort() & 0xffff;
            int length = in.getInt();
            if (group != 0 || element <= previous) {
                throw malformed(String.format("element (%04x,%04x) in it", group, element));
            }
            if (previous < 0 && (element != GROUP_LENGTH || length != 4)) {
                throw malformed("has no group length");
            }
            if (length < 0 || length > in.remaining()) {
                throw malformed("element longer than what is left");
            }
            byte[] value = new byte[length];
            in.get(value);
            // The value of the group length is not relied on: the last fragment ends the command.
            command.elements.put(element, value);
            previous = element;
        }
        if (!command.has16(COMMAND_FIELD) || !command.has16(DATA_SET_TYPE)) {
            throw malformed("has no command field or data set type");
        }
        boolean answer = (command.field() & CommandField.RESPONSE) != 0;
        boolean cancel = command.field() == CommandField.C_CANCEL_RQ;
        if (!command.has16(answer || cancel ? MESSAGE_ID_RESPONDED_TO : MESSAGE_ID)
                || answer && !command.has16(STATUS)) {
            throw malformed("has no message id or status");
        }
        return command;
    }

    private static PduException malformed(String what) {
        return new PduException(AbortReason.INVALID_PDU_PARAMETER_VALUE, "command set " + what);
    }

    /** The encoded form, with its group length. */
    public byte[] bytes() {
        int length = 0;
        for (Map.Entry<Integer, byte[]> each : elements.entrySet()) {
            if (each.getKey() != GROUP_LENGTH) {
                length += ELEMENT_HEADER_BYTES + each.getValue().length;
            }
        }
        ByteBuffer out = ByteBuffer.allocate(GROUP_LENGTH_ELEMENT_BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0).putInt(4).putInt(length);
        elements.forEach((element, value) -> {
            if (element != GROUP_LENGTH) {
                out.putShort((short) 0).putShort((short) (int) element).putInt(value.length);
                out.put(value);
            }
        });
        return out.array();
    }

    public int field() {
        return number(COMMAND_FIELD);
    }

    public boolean isResponse() {
        return (field() & CommandField.RESPONSE) != 0;
    }

    public int messageId() {
        return number(MESSAGE_ID);
    }

    public int respondedTo() {
        return number(MESSAGE_ID_RESPONDED_TO);
    }

    public Status status() {
        return new Status(number(STATUS));
    }

    public Priority priority() {
        return Priority.of(number(PRIORITY));
    }

    public boolean hasDataSet() {
        return number(DATA_SET_TYPE) != NO_DATA_SET;
    }

    /** A 16-bit value; 0 when absent or of another length. */
    public int number(int element) {
        return has16(element) ? value16(elements.get(element)) : 0;
    }

    public boolean contains(int element) {
        return elements.containsKey(element);
    }

    /** A text or UID without its padding; empty when absent or blank. Not validated. */
    public Optional<String> text(int element) {
        byte[] value = elements.get(element);
        if (value == null) {
            return Optional.empty();
        }
        int end = value.length;
        while (end > 0 && (value[end - 1] == 0 || value[end - 1] == ' ')) {
            end--;
        }
        String text = new String(value, 0, end, StandardCharsets.ISO_8859_1).stripLeading();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** A UID; empty when absent or not a UID. */
    public Optional<Uid> uid(int element) {
        return text(element).filter(Uid::isValid).map(Uid::new);
    }

    public CommandSet withDataSet() {
        return putShort(DATA_SET_TYPE, DATA_SET_FOLLOWS);
    }

    public CommandSet putShort(int element, int value) {
        elements.put(element, new byte[] {(byte) value, (byte) (value >>> 8)});
        return this;
    }

    public CommandSet putUid(int element, Uid uid) {
        return putText(element, uid.value(), (char) 0);
    }

    public CommandSet putText(int element, String text) {
        return putText(element, text, ' ');
    }

    /** Error Comment (VR LO): cut at its limit, reduced to printable ASCII. */
    public CommandSet putComment(String comment) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < comment.length() && i < MAX_COMMENT_LENGTH; i++) {
            char c = comment.charAt(i);
            text.append(c < 0x20 || c > 0x7e || c == '\\' ? '?' : c);
        }
        return putText(ERROR_COMMENT, text.toString(), ' ');
    }

    private CommandSet putText(int element, String text, char padding) {
        byte[] value = text.getBytes(StandardCharsets.ISO_8859_1);
        if (value.length % 2 != 0) {
            value = Arrays.copyOf(value, value.length + 1);
            value[value.length - 1] = (byte) padding;
        }
        elements.put(element, value);
        return this;
    }

    private boolean has16(int element) {
        byte[] value = elements.get(element);
        return value != null && value.length == 2;
    }

    private static int value16(byte[] value) {
        return value[0] & 0xff | (value[1] & 0xff) << 8;
    }
}
