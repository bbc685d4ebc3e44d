package strata.network.pdu;

import io.netty.buffer.ByteBuf;

import strata.base.Uid;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes the body (what follows the length) of every PDU but P-DATA-TF. */
final class PduDecoder {
    private static final int AE_BYTES = 16;
    private static final int RESERVED_BYTES = 32;
    private static final int ASSOCIATE_FIXED_BYTES = 4 + 2 * AE_BYTES + RESERVED_BYTES;

    private PduDecoder() {}

    static Pdu decode(int type, ByteBuf body) throws PduException {
        return switch (type) {
            case Pdu.TYPE_ASSOCIATE_RQ, Pdu.TYPE_ASSOCIATE_AC -> associate(type, body);
            case Pdu.TYPE_ASSOCIATE_RJ -> {
                body.skipBytes(1);
                yield new AssociateRj(
                        body.readUnsignedByte(), body.readUnsignedByte(), body.readUnsignedByte());
            }
            case Pdu.TYPE_RELEASE_RQ -> new ReleaseRq();
            case Pdu.TYPE_RELEASE_RP -> new ReleaseRp();
            case Pdu.TYPE_ABORT -> {
                body.skipBytes(2);
                yield new Abort(body.readUnsignedByte(), body.readUnsignedByte());
            }
            default ->
                throw new PduException(AbortReason.UNRECOGNIZED_PDU, "unknown PDU type " + type);
        };
    }

    private static Pdu associate(int type, ByteBuf body) throws PduException {
        if (body.readableBytes() < ASSOCIATE_FIXED_BYTES) {
            throw invalid("A-ASSOCIATE of " + body.readableBytes() + " bytes");
        }
        int protocolVersion = body.readUnsignedShort();
        body.skipBytes(2);
        String called = aeTitle(body);
        String calling = aeTitle(body);
        body.skipBytes(RESERVED_BYTES);
        String applicationContext = "";
        List<ProposedContext> proposed = new ArrayList<>();
        List<ContextAnswer> answers = new ArrayList<>();
        UserInformation user = UserItemDecoder.NONE;
        while (body.isReadable()) {
            int itemType = itemType(body);
            ByteBuf item = item(body);
            switch (itemType) {
                case ItemType.APPLICATION_CONTEXT -> applicationContext = text(item);
                case ItemType.PROPOSED_CONTEXT -> add(proposed, proposedContext(item));
                case ItemType.CONTEXT_ANSWER -> answers.add(contextAnswer(item));
                case ItemType.USER_INFORMATION -> user = UserItemDecoder.decode(item);
                default -> ignoreUnknownItem();
            }
            if (answers.size() > PduLimits.MAX_CONTEXTS) {
                throw invalid("more than " + PduLimits.MAX_CONTEXTS + " contexts");
            }
        }
        if (type == Pdu.TYPE_ASSOCIATE_RQ) {
            return new AssociateRq(
                    protocolVersion, called, calling, applicationContext, proposed, user);
        }
        return new AssociateAc(protocolVersion, called, calling, applicationContext, answers, user);
    }

    /** PS3.8 9.3.1 lets later versions add items, which earlier ones skip. */
    private static void ignoreUnknownItem() {}

    private static void add(List<ProposedContext> contexts, ProposedContext context)
            throws PduException {
        if (contexts.size() == PduLimits.MAX_CONTEXTS) {
            throw invalid("more than " + PduLimits.MAX_CONTEXTS + " presentation contexts");
        }
        for (ProposedContext other : contexts) {
            if (other.id() == context.id()) {
                throw invalid("presentation context id " + context.id() + " twice");
            }
        }
        contexts.add(context);
    }

    private static ProposedContext proposedContext(ByteBuf item) throws PduException {
        int id = contextId(item);
        item.skipBytes(3);
        Uid abstractSyntax = null;
        List<Uid> transferSyntaxes = new ArrayList<>();
        while (item.isReadable()) {
            int itemType = itemType(item);
            ByteBuf sub = item(item);
            if (itemType == ItemType.ABSTRACT_SYNTAX) {
                abstractSyntax = uid(sub);
            } else if (itemType == ItemType.TRANSFER_SYNTAX) {
                transferSyntaxes.add(uid(sub));
            }
            if (transferSyntaxes.size() > PduLimits.MAX_TRANSFER_SYNTAXES_PER_CONTEXT) {
                throw invalid("too many transfer syntaxes in one context");
            }
        }
        if (abstractSyntax == null || transferSyntaxes.isEmpty()) {
            throw invalid("presentation context without abstract or transfer syntax");
        }
        return new ProposedContext(id, abstractSyntax, transferSyntaxes);
    }

    private static ContextAnswer contextAnswer(ByteBuf item) throws PduException {
        int id = contextId(item);
        item.skipBytes(1);
        int result = item.readUnsignedByte();
        item.skipBytes(1);
        Optional<Uid> transferSyntax = Optional.empty();
        // PS3.8 9.3.3.2: the transfer syntax of a refused context is not to be tested.
        while (item.isReadable() && result == 0) {
            int itemType = itemType(item);
            ByteBuf sub = item(item);
            if (itemType == ItemType.TRANSFER_SYNTAX) {
                transferSyntax = Optional.of(uid(sub));
            }
        }
        ContextAnswer.Result[] results = ContextAnswer.Result.values();
        if (result >= results.length || result == 0 && transferSyntax.isEmpty()) {
            throw invalid("answer " + result + " to presentation context " + id);
        }
        return new ContextAnswer(id, results[result], transferSyntax);
    }

    private static int contextId(ByteBuf item) throws PduException {
        if (item.readableBytes() < 4) {
            throw invalid("presentation context item of " + item.readableBytes() + " bytes");
        }
        int id = item.readUnsignedByte();
        if (id % 2 == 0) {
            throw invalid("presentation context id " + id + " is even");
        }
        return id;
    }

    static int itemType(ByteBuf in) throws PduException {
        if (in.readableBytes() < 4) {
            throw invalid(in.readableBytes() + " stray bytes after the last item");
        }
        int type = in.readUnsignedByte();
        in.skipBytes(1);
        return type;
    }

    /** The content of an item, which must end within its parent. */
    static ByteBuf item(ByteBuf in) throws PduException {
        int length = in.readUnsignedShort();
        if (length > in.readableBytes()) {
            throw invalid("item of " + length + " bytes where " + in.readableBytes() + " are left");
        }
        return in.readSlice(length);
    }

    static Uid uid(ByteBuf in) throws PduException {
        String text = text(in);
        if (!Uid.isValid(text)) {
            throw invalid("not a UID: " + strata.base.Printable.of(text));
        }
        return new Uid(text);
    }

    /** ISO 646 text without the padding that some peers add. */
    static String text(ByteBuf in) {
        String text = in.readCharSequence(in.readableBytes(), StandardCharsets.ISO_8859_1)
                .toString();
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == 0 || text.charAt(end - 1) == ' ')) {
            end--;
        }
        return text.substring(0, end);
    }

    private static String aeTitle(ByteBuf in) {
        String text = text(in.readSlice(AE_BYTES));
        int start = 0;
        while (start < text.length() && text.charAt(start) == ' ') {
            start++;
        }
        return text.substring(start);
    }

    static PduException invalid(String message) {
        return new PduException(AbortReason.INVALID_PDU_PARAMETER_VALUE, message);
    }
}
