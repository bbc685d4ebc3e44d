package strata.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import strata.base.Uid;
import strata.network.dimse.CommandField;
import strata.network.dimse.CommandSet;
import strata.network.pdu.AssociateRq;
import strata.network.pdu.Pdu;
import strata.network.pdu.PduEncoder;
import strata.network.pdu.ProposedContext;
import strata.network.pdu.UserInformation;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** A peer that writes what it likes, byte by byte. */
final class RawPeer implements AutoCloseable {
    /** What came back: the PDU's type, or {@link #CLOSED}. */
    static final int CLOSED = -1;

    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private byte[] body = new byte[0];

    RawPeer(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    static AssociateRq request(UserInformation user) {
        List<ProposedContext> contexts = new ArrayList<>();
        contexts.add(new ProposedContext(1, Peers.VERIFICATION, List.of(Peers.IMPLICIT)));
        contexts.add(new ProposedContext(3, Peers.CT, List.of(Peers.EXPLICIT)));
        contexts.add(new ProposedContext(5, Peers.STUDY_FIND, List.of(Peers.EXPLICIT)));
        return new AssociateRq(
                1,
                Peers.SERVER.value(),
                Peers.CLIENT.value(),
                AssociateRq.DICOM_APPLICATION_CONTEXT,
                contexts,
                user);
    }

    static UserInformation user(long maxLength) {
        return UserInformation.of(maxLength, new Uid("1.2.3"), "RAW");
    }

    static byte[] encode(Pdu pdu) {
        ByteBuf bytes = Unpooled.buffer();
        PduEncoder.encode(pdu, bytes);
        return ByteBufUtil.getBytes(bytes);
    }

    /** Opens an association the proper way. */
    RawPeer associate() throws IOException {
        send(encode(request(user(65536))));
        int type = receive();
        if (type != Pdu.TYPE_ASSOCIATE_AC) {
            throw new IOException("answered " + type);
        }
        return this;
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    void send(int... bytes) throws IOException {
        byte[] all = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            all[i] = (byte) bytes[i];
        }
        send(all);
    }

    /** A P-DATA-TF with one PDV. */
    static byte[] data(int context, boolean command, boolean last, byte[] fragment) {
        ByteBuf pdu = Unpooled.buffer().writeZero(12).writeBytes(fragment);
        PduEncoder.dataHeader(pdu, 0, context, command, last, fragment.length);
        return ByteBufUtil.getBytes(pdu);
    }

    static CommandSet store(int messageId) {
        return CommandSet.of(CommandField.C_STORE_RQ)
                .putUid(CommandSet.AFFECTED_SOP_CLASS, Peers.CT)
                .putUid(CommandSet.AFFECTED_SOP_INSTANCE, Peers.instance(messageId))
                .putShort(CommandSet.MESSAGE_ID, messageId)
                .putShort(CommandSet.PRIORITY, 0)
                .withDataSet();
    }

    static CommandSet echo(int messageId) {
        return CommandSet.of(CommandField.C_ECHO_RQ)
                .putUid(CommandSet.AFFECTED_SOP_CLASS, Peers.VERIFICATION)
                .putShort(CommandSet.MESSAGE_ID, messageId);
    }

    void command(int context, CommandSet command) throws IOException {
        send(data(context, true, true, command.bytes()));
    }

    /** The type of the next PDU, its body kept; {@link #CLOSED} when the connection ends. */
    int receive() throws IOException {
        try {
            int type = in.readUnsignedByte();
            in.readByte();
            body = new byte[in.readInt()];
            in.readFully(body);
            return type;
        } catch (EOFException | SocketException e) {
            return CLOSED;
        }
    }

    /** The command set in the P-DATA-TF last received. */
    CommandSet command() throws IOException {
        return CommandSet.read(
                java.nio.ByteBuffer.wrap(body, 6, body.length - 6).slice());
    }

    /** Skips whatever comes until an A-ABORT or the end: "source/reason", or "closed". */
    String fate() throws IOException {
        while (true) {
            int type = receive();
            if (type == Pdu.TYPE_ABORT) {
                return (body[2] & 0xff) + "/" + (body[3] & 0xff);
            }
            if (type == CLOSED) {
                return "closed";
            }
        }
    }

    /** Result, source and reason of the A-ASSOCIATE-RJ that must come next. */
    String rejection() throws IOException {
        int type = receive();
        return type == Pdu.TYPE_ASSOCIATE_RJ
                ? body[1] + "/" + body[2] + "/" + body[3]
                : "PDU type " + type;
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
