package strata.network.pdu;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Finds PDUs in a stream of bytes without gathering P-DATA: the part of a PDV that is there is
 * passed on as a retained slice of the buffer it came in. Every length is checked before anything
 * is allocated or waited for. Not thread-safe; after an exception or {@link #stop()} all further
 * bytes are ignored.
 */
public final class PduFramer {
    private static final int FIRST_BODY_BYTES = 8 * 1024;
    private static final long UNSIGNED_INT = 0xffff_ffffL;

    private enum Stage {
        PDU_HEADER,
        PDU_BODY,
        PDV_HEADER,
        PDV_BODY,
        STOPPED
    }

    private final ByteBufAllocator allocator;
    private final int maxLength;
    private final PduListener listener;

    private Stage stage = Stage.PDU_HEADER;
    private long header;
    private int headerBytes;
    private int type;
    private int pduRemaining;
    private int pdvRemaining;
    private int contextId;
    private int control;
    private ByteBuf body;

    /** @param maxLength largest P-DATA-TF length that we announced, in bytes */
    public PduFramer(ByteBufAllocator allocator, int maxLength, PduListener listener) {
        this.allocator = allocator;
        this.maxLength = maxLength;
        this.listener = listener;
    }

    /** Takes all readable bytes; the caller keeps its reference to the buffer. */
    public void feed(ByteBuf in) throws PduException {
        try {
            while (in.isReadable() && stage != Stage.STOPPED) {
                switch (stage) {
                    case PDU_HEADER -> pduHeader(in);
                    case PDU_BODY -> pduBody(in);
                    case PDV_HEADER -> pdvHeader(in);
                    case PDV_BODY -> pdvBody(in);
                    case STOPPED -> in.skipBytes(in.readableBytes());
                }
            }
        } catch (PduException e) {
            stop();
            throw e;
        }
    }

    /** Whether the stream stands between two PDUs. */
    public boolean betweenPdus() {
        return stage == Stage.PDU_HEADER && headerBytes == 0;
    }

    /** Gives up: releases what is held and ignores all further bytes. */
    public void stop() {
        stage = Stage.STOPPED;
        if (body != null) {
            body.release();
            body = null;
        }
    }

    /** Collects the six bytes of a PDU or PDV header into a number; true when complete. */
    private boolean sixBytes(ByteBuf in) {
        if (headerBytes == 0 && in.readableBytes() >= 6) {
            header = (long) in.readUnsignedShort() << 32 | in.readUnsignedInt();
            return true;
        }
        while (in.isReadable() && headerBytes < 6) {
            header = header << 8 | in.readUnsignedByte();
            headerBytes++;
        }
        if (headerBytes < 6) {
            return false;
        }
        headerBytes = 0;
        return true;
    }

    private void pduHeader(ByteBuf in) throws PduException {
        if (headerBytes == 0) {
            header = 0;
        }
        if (!sixBytes(in)) {
            return;
        }
        type = (int) (header >>> 40) & 0xff;
        long length = header & UNSIGNED_INT;
        long most = mostBytes(type);
        if (length > most) {
            throw new PduException(
                    AbortReason.INVALID_PDU_PARAMETER_VALUE,
                    "PDU of type " + type + " announces " + length + " bytes, the limit is "
                            + most);
        }
        pduRemaining = (int) length;
        if (type == Pdu.TYPE_P_DATA_TF) {
            if (length < PduLimits.PDV_HEADER_BYTES) {
                throw invalid("P-DATA-TF of " + length + " bytes has no room for a PDV");
            }
            stage = Stage.PDV_HEADER;
        } else {
            if (length < PduLimits.SHORT_PDU_BYTES) {
                throw invalid("PDU of type " + type + " has only " + length + " bytes");
            }
            stage = Stage.PDU_BODY;
        }
    }

    private long mostBytes(int pduType) throws PduException {
        return switch (pduType) {
            case Pdu.TYPE_ASSOCIATE_RQ, Pdu.TYPE_ASSOCIATE_AC -> PduLimits.MAX_ASSOCIATE_BYTES;
            case Pdu.TYPE_P_DATA_TF -> maxLength;
            case Pdu.TYPE_ASSOCIATE_RJ, Pdu.TYPE_RELEASE_RQ, Pdu.TYPE_RELEASE_RP, Pdu.TYPE_ABORT ->
                PduLimits.SHORT_PDU_BYTES;
            default ->
                throw new PduException(AbortReason.UNRECOGNIZED_PDU, "unknown PDU type " + pduType);
        };
    }

    private void pduBody(ByteBuf in) throws PduException {
        if (body == null && in.readableBytes() >= pduRemaining) {
            ByteBuf whole = in.readSlice(pduRemaining);
            stage = Stage.PDU_HEADER;
            listener.pdu(PduDecoder.decode(type, whole));
            return;
        }
        if (body == null) {
            body = allocator.buffer(Math.min(pduRemaining, FIRST_BODY_BYTES), pduRemaining);
        }
        int part = Math.min(in.readableBytes(), pduRemaining);
        body.writeBytes(in, part);
        pduRemaining -= part;
        if (pduRemaining == 0) {
            ByteBuf whole = body;
            body = null;
            stage = Stage.PDU_HEADER;
            try {
                listener.pdu(PduDecoder.decode(type, whole));
            } finally {
                whole.release();
            }
        }
    }

    private void pdvHeader(ByteBuf in) throws PduException {
        if (headerBytes == 0) {
            header = 0;
            if (pduRemaining < PduLimits.PDV_HEADER_BYTES) {
                throw invalid(pduRemaining + " stray bytes at the end of a P-DATA-TF");
            }
        }
        if (!sixBytes(in)) {
            return;
        }
        long length = header >>> 16;
        contextId = (int) (header >>> 8) & 0xff;
        control = (int) header & 0xff;
        pduRemaining -= PduLimits.PDV_HEADER_BYTES;
        if (length < PduLimits.PDV_COUNTED_HEADER_BYTES
                || length - PduLimits.PDV_COUNTED_HEADER_BYTES > pduRemaining) {
            throw invalid("PDV of " + length + " bytes where " + pduRemaining + " are left");
        }
        pdvRemaining = (int) length - PduLimits.PDV_COUNTED_HEADER_BYTES;
        pduRemaining -= pdvRemaining;
        if (pdvRemaining == 0) {
            endOfPdv();
            emit(Unpooled.EMPTY_BUFFER);
        } else {
            stage = Stage.PDV_BODY;
        }
    }

    private void pdvBody(ByteBuf in) {
        int part = Math.min(in.readableBytes(), pdvRemaining);
        ByteBuf data = in.readRetainedSlice(part);
        pdvRemaining -= part;
        if (pdvRemaining == 0) {
            endOfPdv();
        }
        emit(data);
    }

    private void endOfPdv() {
        stage = pduRemaining == 0 ? Stage.PDU_HEADER : Stage.PDV_HEADER;
    }

    private void emit(ByteBuf data) {
        boolean command = (control & 1) != 0;
        boolean last = (control & 2) != 0 && pdvRemaining == 0;
        listener.fragment(contextId, command, last, data);
    }

    private static PduException invalid(String message) {
        return new PduException(AbortReason.INVALID_PDU_PARAMETER_VALUE, message);
    }
}
