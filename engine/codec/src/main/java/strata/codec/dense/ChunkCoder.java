package strata.codec.dense;

import strata.base.CorruptDataException;
import strata.codec.ImageShape;

import java.util.Arrays;

/**
 * Codes whole rows of samples in either direction; encoder and decoder differ only in what they do
 * before and after. Keeps its work arrays between calls; not thread-safe.
 */
final class ChunkCoder {
    static final int MODELLED = 1;
    static final int EQUAL = 2;

    private final BitCoder coder = new BitCoder();
    private final ValueMap map = new ValueMap();
    private final SpecialValues special = new SpecialValues();
    private final PlaneCoder[] coders = {new PlaneCoder(coder), null};
    private final WeightTable[] tables = new WeightTable[PlaneOrder.MAX_KINDS];
    private LinearFit fit;
    private int[] histogram;

    ChunkCoder() {
        for (int i = 0; i < tables.length; i++) {
            tables[i] = new WeightTable();
        }
    }

    int encode(
            byte[] from,
            int offset,
            int length,
            ImageShape shape,
            byte[] to,
            int toOffset,
            int limit) {
        PlaneOrder order = new PlaneOrder(shape, length);
        if (!order.bounded() || limit < 1) {
            return -1;
        }
        Plane[] planes = new Plane[order.planes()];
        prepare(from, offset, length, new SampleBytes(shape), order, planes);
        coder.startEncoding(to, toOffset + 1, limit - 1);
        to[toOffset] = MODELLED;
        map.code(coder);
        int end = modelled(order, planes) ? coder.finish() : -1;
        if (end < 0 || end - toOffset > equalLength(order)) {
            to[toOffset] = EQUAL;
            coder.startEncoding(to, toOffset + 1, limit - 1);
            map.code(coder);
            equal(order, planes);
            end = coder.finish();
        }
        return end < 0 ? -1 : end - toOffset;
    }

    void decode(
            byte[] from,
            int offset,
            int payloadLength,
            ImageShape shape,
            byte[] to,
            int toOffset,
            int length,
            String where)
            throws CorruptDataException {
        PlaneOrder order = new PlaneOrder(shape, length);
        int mode = payloadLength < 1 ? 0 : from[offset];
        if (!order.bounded() || mode != MODELLED && mode != EQUAL) {
            throw new CorruptDataException(where, 0, "a payload of a known form", mode);
        }
        coder.startDecoding(from, offset + 1, payloadLength - 1);
        if (!map.code(coder) || map.value(map.top()) >> shape.bitsAllocated() != 0) {
            throw new CorruptDataException(where, 0, "values of such samples", "others");
        }
        Plane[] planes = new Plane[order.planes()];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = order.newPlane();
        }
        boolean whole = mode == EQUAL ? equal(order, planes) : modelled(order, planes);
        if (!whole || !coder.usedUp()) {
            throw new CorruptDataException(
                    where, 0, "as many bytes as samples need", payloadLength);
        }
        SampleBytes bytes = new SampleBytes(shape);
        for (int i = 0; i < planes.length; i++) {
            bytes.store(planes[i], map, to, toOffset + order.offset(i));
        }
    }

    private void prepare(
            byte[] from,
            int offset,
            int length,
            SampleBytes bytes,
            PlaneOrder order,
            Plane[] planes) {
        if (fit == null) {
            fit = new LinearFit();
            histogram = new int[1 << 16];
        }
        Arrays.fill(histogram, 0);
        bytes.count(from, offset, length, histogram);
        map.choose(histogram, order.samples());
        map.renumber(histogram);
        special.choose(histogram, map.top(), order.samples());
        for (int i = 0; i < planes.length; i++) {
            planes[i] = order.newPlane();
            bytes.load(from, offset + order.offset(i), planes[i], map);
            planes[i].fillEdges();
        }
        for (int kind = 0; kind < order.kinds(); kind++) {
            if (order.has(kind)) {
                fit(order, planes, kind);
            }
        }
    }

    private void fit(PlaneOrder order, Plane[] planes, int kind) {
        Plane[] own = new Plane[planes.length];
        Plane[] references = new Plane[planes.length];
        int count = 0;
        for (int i = 0; i < planes.length; i++) {
            if (order.kind(i) == kind) {
                int reference = order.reference(i);
                own[count] = planes[i];
                references[count++] = reference < 0 ? null : planes[reference];
            }
        }
        Plane[] known = references[0] == null ? null : references;
        fit.fit(own, known, count, special.values(), order.copies(kind), tables[kind]);
    }

    /** The parameters and all planes; false when the bytes were not enough. */
    private boolean modelled(PlaneOrder order, Plane[] planes) {
        if (map.top() == 0) {
            return true;
        }
        special.code(coder);
        for (int kind = 0; kind < order.kinds(); kind++) {
            if (order.has(kind)) {
                tables[kind].code(coder, kind != 0, order.copies(kind));
            }
        }
        int kinds = order.kinds() > 2 ? 2 : 1;
        if (kinds > 1 && coders[1] == null) {
            coders[1] = new PlaneCoder(coder);
        }
        for (int i = 0; i < kinds; i++) {
            coders[i].begin(planes[0].stride, map.top(), special.values());
        }
        for (int i = 0; i < planes.length; i++) {
            int reference = order.reference(i);
            PlaneCoder plane = coders[order.dependent(i) ? 1 : 0];
            Plane known = reference < 0 ? null : planes[reference];
            Plane second = order.second(i) < 0 ? null : planes[order.second(i)];
            if (!plane.code(planes[i], known, second, tables[order.kind(i)])) {
                return false;
            }
        }
        return true;
    }

    /** All samples as if each value were as likely as any other. */
    private boolean equal(PlaneOrder order, Plane[] planes) {
        int values = map.top() + 1;
        for (Plane plane : planes) {
            for (int y = 0; y < plane.rows && values > 1; y++) {
                int start = plane.start(y);
                for (int i = start; i < start + plane.columns; i++) {
                    plane.samples[i] = coder.equal(values, plane.samples[i]);
                }
                if (coder.failed()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Length of the other form, somewhat too long: the logarithm is of straight lines. */
    private long equalLength(PlaneOrder order) {
        int values = map.top() + 1;
        int exponent = 31 - Integer.numberOfLeadingZeros(values);
        long sixteenths = 16L * exponent + ((long) (values - (1 << exponent)) << 4 >> exponent) + 2;
        return order.samples() * sixteenths / 128;
    }
}
