package strata.network.pdu;

import static strata.network.pdu.PduDecoder.invalid;
import static strata.network.pdu.PduDecoder.item;
import static strata.network.pdu.PduDecoder.itemType;
import static strata.network.pdu.PduDecoder.text;
import static strata.network.pdu.PduDecoder.uid;

import io.netty.buffer.ByteBuf;

import strata.base.Uid;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes the sub-items of a user information item; unknown ones are skipped. */
final class UserItemDecoder {
    static final UserInformation NONE = new UserInformation(
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());

    private long maxLength;
    private Uid implementationClass;
    private String implementationVersion;
    private AsyncWindow window;
    private final List<RoleSelection> roles = new ArrayList<>();
    private final List<ExtendedNegotiation> extended = new ArrayList<>();
    private final List<CommonExtendedNegotiation> commonExtended = new ArrayList<>();
    private UserIdentity identity;
    private byte[] identityResponse;

    private UserItemDecoder() {}

    static UserInformation decode(ByteBuf items) throws PduException {
        UserItemDecoder decoder = new UserItemDecoder();
        int count = 0;
        while (items.isReadable()) {
            int type = itemType(items);
            decoder.take(type, item(items));
            if (++count > PduLimits.MAX_USER_ITEMS) {
                throw invalid("more than " + PduLimits.MAX_USER_ITEMS + " user items");
            }
        }
        return decoder.result();
    }

    private UserInformation result() {
        return new UserInformation(
                maxLength,
                Optional.ofNullable(implementationClass),
                Optional.ofNullable(implementationVersion),
                Optional.ofNullable(window),
                roles,
                extended,
                commonExtended,
                Optional.ofNullable(identity),
                Optional.ofNullable(identityResponse));
    }

    private void take(int type, ByteBuf item) throws PduException {
        switch (type) {
            case ItemType.MAXIMUM_LENGTH -> {
                need(item, 4);
                maxLength = item.readUnsignedInt();
            }
            case ItemType.IMPLEMENTATION_CLASS -> implementationClass = uid(item);
            case ItemType.IMPLEMENTATION_VERSION -> implementationVersion = text(item);
            case ItemType.ASYNC_WINDOW -> {
                need(item, 4);
                window = new AsyncWindow(item.readUnsignedShort(), item.readUnsignedShort());
            }
            case ItemType.ROLE_SELECTION -> {
                Uid sopClass = uid(counted(item));
                need(item, 2);
                roles.add(new RoleSelection(
                        sopClass, item.readUnsignedByte() == 1, item.readUnsignedByte() == 1));
            }
            case ItemType.EXTENDED_NEGOTIATION ->
                extended.add(new ExtendedNegotiation(uid(counted(item)), bytes(item)));
            case ItemType.COMMON_EXTENDED_NEGOTIATION -> commonExtended.add(common(item));
            case ItemType.USER_IDENTITY -> identity = identity(item);
            case ItemType.USER_IDENTITY_RESPONSE -> identityResponse = bytes(counted(item));
            default -> item.skipBytes(item.readableBytes());
        }
    }

    private static CommonExtendedNegotiation common(ByteBuf item) throws PduException {
        Uid sopClass = uid(counted(item));
        Uid serviceClass = uid(counted(item));
        ByteBuf list = counted(item);
        List<Uid> related = new ArrayList<>();
        while (list.isReadable()) {
            related.add(uid(counted(list)));
        }
        return new CommonExtendedNegotiation(sopClass, serviceClass, related);
    }

    private static UserIdentity identity(ByteBuf item) throws PduException {
        need(item, 2);
        int type = item.readUnsignedByte();
        boolean response = item.readUnsignedByte() == 1;
        byte[] primary = bytes(counted(item));
        byte[] secondary = item.isReadable() ? bytes(counted(item)) : new byte[0];
        return new UserIdentity(type, response, primary, secondary);
    }

    /** A field of 16-bit length, which must end within its item. */
    private static ByteBuf counted(ByteBuf item) throws PduException {
        need(item, 2);
        return item(item);
    }

    private static void need(ByteBuf item, int bytes) throws PduException {
        if (item.readableBytes() < bytes) {
            throw invalid("user item with " + item.readableBytes() + " bytes left, not " + bytes);
        }
    }

    private static byte[] bytes(ByteBuf in) {
        byte[] out = new byte[in.readableBytes()];
        in.readBytes(out);
        return out;
    }
}
