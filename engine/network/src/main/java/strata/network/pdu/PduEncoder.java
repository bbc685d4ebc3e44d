package strata.network.pdu;

import io.netty.buffer.ByteBuf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Encodes every PDU but P-DATA-TF, of which it writes the headers. */
public final class PduEncoder {
    private static final int AE_BYTES = 16;
    private static final int RESERVED_BYTES = 32;

    private PduEncoder() {}

    public static void encode(Pdu pdu, ByteBuf out) {
        if (pdu instanceof AssociateRq rq) {
            int start = begin(out, Pdu.TYPE_ASSOCIATE_RQ);
            fixedPart(
                    out,
                    rq.protocolVersion(),
                    rq.calledAe(),
                    rq.callingAe(),
                    rq.applicationContext());
            for (ProposedContext context : rq.contexts()) {
                proposedContext(out, context);
            }
            userInformation(out, rq.user());
            end(out, start);
        } else if (pdu instanceof AssociateAc ac) {
            int start = begin(out, Pdu.TYPE_ASSOCIATE_AC);
            fixedPart(
                    out,
                    ac.protocolVersion(),
                    ac.calledAe(),
                    ac.callingAe(),
                    ac.applicationContext());
            for (ContextAnswer context : ac.contexts()) {
                contextAnswer(out, context);
            }
            userInformation(out, ac.user());
            end(out, start);
        } else if (pdu instanceof AssociateRj rj) {
            shortPdu(out, Pdu.TYPE_ASSOCIATE_RJ, rj.result(), rj.source(), rj.reason());
        } else if (pdu instanceof ReleaseRq) {
            shortPdu(out, Pdu.TYPE_RELEASE_RQ, 0, 0, 0);
        } else if (pdu instanceof ReleaseRp) {
            shortPdu(out, Pdu.TYPE_RELEASE_RP, 0, 0, 0);
        } else if (pdu instanceof Abort abort) {
            shortPdu(out, Pdu.TYPE_ABORT, 0, abort.source(), abort.reason());
        }
    }

    /**
     * Writes the 12 bytes before a fragment that is the only PDV of its P-DATA-TF.
     *
     * @param fragmentBytes length of the fragment alone
     */
    public static void dataHeader(
            ByteBuf out, int at, int contextId, boolean command, boolean last, int fragmentBytes) {
        out.setByte(at, Pdu.TYPE_P_DATA_TF);
        out.setByte(at + 1, 0);
        out.setInt(at + 2, fragmentBytes + PduLimits.PDV_HEADER_BYTES);
        out.setInt(at + 6, fragmentBytes + PduLimits.PDV_COUNTED_HEADER_BYTES);
        out.setByte(at + 10, contextId);
        out.setByte(at + 11, (command ? 1 : 0) | (last ? 2 : 0));
    }

    private static void shortPdu(ByteBuf out, int type, int second, int third, int fourth) {
        out.writeByte(type).writeByte(0).writeInt(PduLimits.SHORT_PDU_BYTES);
        out.writeByte(0).writeByte(second).writeByte(third).writeByte(fourth);
    }

    private static int begin(ByteBuf out, int type) {
        out.writeByte(type).writeByte(0).writeInt(0);
        return out.writerIndex();
    }

    private static void end(ByteBuf out, int start) {
        out.setInt(start - 4, out.writerIndex() - start);
    }

    private static int beginItem(ByteBuf out, int type) {
        out.writeByte(type).writeByte(0);
        return beginCounted(out);
    }

    private static int beginCounted(ByteBuf out) {
        out.writeShort(0);
        return out.writerIndex();
    }

    private static void endCounted(ByteBuf out, int start) {
        int length = out.writerIndex() - start;
        if (length > 0xffff) {
            throw new IllegalArgumentException("item of " + length + " bytes");
        }
        out.setShort(start - 2, length);
    }

    private static void fixedPart(
            ByteBuf out, int version, String called, String calling, String applicationContext) {
        out.writeShort(version).writeShort(0);
        aeTitle(out, called);
        aeTitle(out, calling);
        out.writeZero(RESERVED_BYTES);
        textItem(out, ItemType.APPLICATION_CONTEXT, applicationContext);
    }

    private static void aeTitle(ByteBuf out, String title) {
        byte[] padded = new byte[AE_BYTES];
        Arrays.fill(padded, (byte) ' ');
        byte[] bytes = title.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, padded, 0, Math.min(AE_BYTES, bytes.length));
        out.writeBytes(padded);
    }

    private static void textItem(ByteBuf out, int type, String text) {
        int start = beginItem(out, type);
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        endCounted(out, start);
    }

    private static void countedText(ByteBuf out, String text) {
        int start = beginCounted(out);
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        endCounted(out, start);
    }

    private static void countedBytes(ByteBuf out, byte[] bytes) {
        int start = beginCounted(out);
        out.writeBytes(bytes);
        endCounted(out, start);
    }

    private static void proposedContext(ByteBuf out, ProposedContext context) {
        int start = beginItem(out, ItemType.PROPOSED_CONTEXT);
        out.writeByte(context.id()).writeZero(3);
        textItem(out, ItemType.ABSTRACT_SYNTAX, context.abstractSyntax().value());
        context.transferSyntaxes()
                .forEach(each -> textItem(out, ItemType.TRANSFER_SYNTAX, each.value()));
        endCounted(out, start);
    }

    private static void contextAnswer(ByteBuf out, ContextAnswer context) {
        int start = beginItem(out, ItemType.CONTEXT_ANSWER);
        out.writeByte(context.id()).writeByte(0);
        out.writeByte(context.result().ordinal()).writeByte(0);
        // The sub-item must be there even when refused; its value is then not significant.
        String syntax = context.transferSyntax().map(Object::toString).orElse("1.2.840.10008.1.2");
        textItem(out, ItemType.TRANSFER_SYNTAX, syntax);
        endCounted(out, start);
    }

    private static void userInformation(ByteBuf out, UserInformation user) {
        int start = beginItem(out, ItemType.USER_INFORMATION);
        out.writeByte(ItemType.MAXIMUM_LENGTH).writeByte(0).writeShort(4);
        out.writeInt((int) user.maxLength());
        user.implementationClass()
                .ifPresent(uid -> textItem(out, ItemType.IMPLEMENTATION_CLASS, uid.value()));
        user.window().ifPresent(window -> {
            out.writeByte(ItemType.ASYNC_WINDOW).writeByte(0).writeShort(4);
            out.writeShort(window.invoked()).writeShort(window.performed());
        });
        user.roles().forEach(role -> role(out, role));
        user.implementationVersion()
                .ifPresent(text -> textItem(out, ItemType.IMPLEMENTATION_VERSION, text));
        user.extended().forEach(each -> {
            int item = beginItem(out, ItemType.EXTENDED_NEGOTIATION);
            countedText(out, each.sopClass().value());
            out.writeBytes(each.information());
            endCounted(out, item);
        });
        user.commonExtended().forEach(each -> commonExtended(out, each));
        user.identity().ifPresent(each -> {
            int item = beginItem(out, ItemType.USER_IDENTITY);
            out.writeByte(each.type()).writeByte(each.responseRequested() ? 1 : 0);
            countedBytes(out, each.primary());
            countedBytes(out, each.secondary());
            endCounted(out, item);
        });
        user.identityResponse().ifPresent(each -> {
            int item = beginItem(out, ItemType.USER_IDENTITY_RESPONSE);
            countedBytes(out, each);
            endCounted(out, item);
        });
        endCounted(out, start);
    }

    private static void role(ByteBuf out, RoleSelection role) {
        int item = beginItem(out, ItemType.ROLE_SELECTION);
        countedText(out, role.sopClass().value());
        out.writeByte(role.scu() ? 1 : 0).writeByte(role.scp() ? 1 : 0);
        endCounted(out, item);
    }

    private static void commonExtended(ByteBuf out, CommonExtendedNegotiation each) {
        int item = beginItem(out, ItemType.COMMON_EXTENDED_NEGOTIATION);
        countedText(out, each.sopClass().value());
        countedText(out, each.serviceClass().value());
        int list = beginCounted(out);
        each.relatedGeneralSopClasses().forEach(uid -> countedText(out, uid.value()));
        endCounted(out, list);
        endCounted(out, item);
    }
}
