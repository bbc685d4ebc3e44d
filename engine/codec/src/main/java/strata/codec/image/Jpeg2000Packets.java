package strata.codec.image;

import strata.codec.image.Jpeg2000Component.Precinct;
import strata.codec.image.Jpeg2000Component.Resolution;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads the packets of a tile into its code-blocks, ITU-T T.800 B.9 to B.12. For one thread. */
final class Jpeg2000Packets {
    private static final int MAX_ZERO_PLANES = 80;

    /** A precinct with its place in the order of packets. */
    private record Place(int component, int resolution, int number, Precinct precinct) {
        long x() {
            return precinct.x();
        }

        long y() {
            return precinct.y();
        }
    }

    private final byte[] in;
    private final Jpeg2000Stream.Order order;
    private final Jpeg2000Component[] components;
    private int at;

    Jpeg2000Packets(byte[] in, Jpeg2000Stream.Order order, Jpeg2000Component[] components) {
        this.in = in;
        this.order = order;
        this.components = components;
    }

    /**
     * Reads all packets.
     *
     * @throws MalformedImageException when a packet is missing
     */
    void read() throws MalformedImageException {
        List<Place> places = new ArrayList<>();
        for (int c = 0; c < components.length; c++) {
            Resolution[] resolutions = components[c].resolutions;
            for (int r = 0; r < resolutions.length; r++) {
                for (int k = 0; k < resolutions[r].precincts.size(); k++) {
                    places.add(new Place(c, r, k, resolutions[r].precincts.get(k)));
                }
            }
        }
        if ((long) places.size() * order.layers() > in.length) {
            throw new MalformedImageException(places.size() + " precincts and " + order.layers()
                    + " layers for " + in.length + " bytes");
        }
        Comparator<Place> byResolution = Comparator.comparingInt(Place::resolution);
        Comparator<Place> byPosition =
                Comparator.comparingLong(Place::y).thenComparingLong(Place::x);
        Comparator<Place> byComponent = Comparator.comparingInt(Place::component);
        switch (order.progression()) {
            case 0 -> {
                places.sort(byResolution.thenComparing(byComponent));
                for (int layer = 0; layer < order.layers(); layer++) {
                    for (Place place : places) {
                        packet(place, layer);
                    }
                }
            }
            case 1 -> byResolutionThenLayer(places);
            case 2 ->
                all(places, byResolution.thenComparing(byPosition).thenComparing(byComponent));
            case 3 ->
                all(places, byPosition.thenComparing(byComponent).thenComparing(byResolution));
            default ->
                all(places, byComponent.thenComparing(byPosition).thenComparing(byResolution));
        }
    }

    private void byResolutionThenLayer(List<Place> places) throws MalformedImageException {
        int most = 0;
        for (Place place : places) {
            most = Math.max(most, place.resolution);
        }
        for (int r = 0; r <= most; r++) {
            int resolution = r;
            List<Place> of =
                    places.stream().filter(p -> p.resolution == resolution).toList();
            for (int layer = 0; layer < order.layers(); layer++) {
                for (Place place : of) {
                    packet(place, layer);
                }
            }
        }
    }

    private void all(List<Place> places, Comparator<Place> by) throws MalformedImageException {
        places.sort(by.thenComparingInt(Place::number));
        for (Place place : places) {
            for (int layer = 0; layer < order.layers(); layer++) {
                packet(place, layer);
            }
        }
    }

    /** What a packet brings for a block. */
    private record Part(Jpeg2000Band.Block block, int bytes, int passes, boolean begins) {}

    private void packet(Place place, int layer) throws MalformedImageException {
        if (order.sop() && marker(0x91)) {
            at += 6;
        }
        PacketBits bits = new PacketBits(in, at);
        List<Part> parts = new ArrayList<>();
        if (bits.bit() == 1) {
            int style = components[place.component].coding.style();
            for (Jpeg2000Band.Blocks blocks : place.precinct.bands()) {
                for (int i = 0; i < blocks.blocks.length; i++) {
                    header(blocks, i, layer, style, bits, parts);
                }
            }
        }
        at = bits.align();
        if (order.eph() && marker(0x92)) {
            at += 2;
        }
        for (Part part : parts) {
            if (part.bytes > in.length - at) {
                throw new MalformedImageException("a packet crosses the end of its tile");
            }
            part.block.add(in, at, part.bytes, part.passes, part.begins);
            at += part.bytes;
        }
    }

    private boolean marker(int second) {
        return at + 1 < in.length && in[at] == -1 && (in[at + 1] & 0xFF) == second;
    }

    private static void header(
            Jpeg2000Band.Blocks blocks,
            int index,
            int layer,
            int style,
            PacketBits bits,
            List<Part> parts)
            throws MalformedImageException {
        Jpeg2000Band.Block block = blocks.blocks[index];
        int x = index % blocks.across;
        int y = index / blocks.across;
        boolean here =
                block.included ? bits.bit() == 1 : blocks.inclusion.isBelow(x, y, layer + 1, bits);
        if (!here) {
            return;
        }
        if (!block.included) {
            int zero = 0;
            while (!blocks.zeroPlanes.isBelow(x, y, zero + 1, bits)) {
                if (++zero > MAX_ZERO_PLANES) {
                    throw new MalformedImageException("a block of zero planes only");
                }
            }
            block.included = true;
            block.planes = blocks.band.planes - zero;
        }
        int passes = passes(bits);
        while (bits.bit() == 1) {
            if (++block.lengthBits > 31) {
                throw new MalformedImageException("a block length out of range");
            }
        }
        if ((style & BlockDecoder.TERMINATE_EACH) != 0) {
            for (int i = 0; i < passes; i++) {
                parts.add(new Part(block, length(bits, block.lengthBits), 1, true));
            }
        } else {
            int more = 31 - Integer.numberOfLeadingZeros(passes);
            int bytes = length(bits, Math.min(31, block.lengthBits + more));
            parts.add(new Part(block, bytes, passes, false));
        }
    }

    private static int length(PacketBits bits, int count) throws MalformedImageException {
        return bits.read(count);
    }

    /** Number of coding passes, table B.4. */
    private static int passes(PacketBits bits) throws MalformedImageException {
        if (bits.bit() == 0) {
            return 1;
        }
        if (bits.bit() == 0) {
            return 2;
        }
        int two = bits.read(2);
        if (two < 3) {
            return 3 + two;
        }
        int five = bits.read(5);
        return five < 31 ? 6 + five : 37 + bits.read(7);
    }
}
