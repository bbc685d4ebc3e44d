package strata.base;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A file's bytes on a {@link FaultyDisk}, whose lock guards it. */
final class FaultyFile {
    static final int SECTOR_BYTES = 512;
    private static final int MAX_VERSIONS = 4;

    /** What reads give. */
    private byte[] cached = new byte[SECTOR_BYTES];

    private int length;

    /** What the medium holds. */
    private byte[] medium = new byte[SECTOR_BYTES];

    private int mediumLength;

    /** Since the last sync, each sector's contents in order. */
    private final Map<Integer, List<byte[]>> dirty = new TreeMap<>();

    private final List<Integer> dirtyLengths = new ArrayList<>();

    long lengthBytes() {
        return length;
    }

    byte[] content() {
        return Arrays.copyOf(cached, length);
    }

    void replace(byte[] content) {
        dirty.clear();
        dirtyLengths.clear();
        length = content.length;
        mediumLength = length;
        cached = Arrays.copyOf(content, roundUp(length));
        medium = cached.clone();
    }

    private static int roundUp(int bytes) {
        return Math.max(SECTOR_BYTES, (bytes + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES);
    }

    void read(ByteBuffer to, int position) {
        to.put(cached, position, to.remaining());
    }

    void write(byte[] bytes, int count, int position) {
        int end = position + count;
        if (end > cached.length) {
            cached = Arrays.copyOf(cached, Math.max(roundUp(end), cached.length * 2));
        }
        int at = position;
        while (at < end) {
            int sector = at / SECTOR_BYTES;
            int step = Math.min(end - at, (sector + 1) * SECTOR_BYTES - at);
            System.arraycopy(bytes, at - position, cached, at, step);
            remember(sector);
            at += step;
        }
        setLength(Math.max(length, end));
    }

    private void remember(int sector) {
        List<byte[]> versions = dirty.computeIfAbsent(sector, s -> new ArrayList<>());
        if (versions.size() == MAX_VERSIONS) {
            versions.remove(0);
        }
        int from = sector * SECTOR_BYTES;
        versions.add(Arrays.copyOfRange(cached, from, from + SECTOR_BYTES));
    }

    void truncate(int newLength) {
        if (newLength < length) {
            int last = length;
            Arrays.fill(cached, newLength, cached.length, (byte) 0);
            for (int s = newLength / SECTOR_BYTES; s * SECTOR_BYTES < last; s++) {
                remember(s);
            }
            setLength(newLength);
        }
    }

    private void setLength(int newLength) {
        if (newLength != length) {
            length = newLength;
            dirtyLengths.add(newLength);
        }
    }

    void sync() {
        medium = Arrays.copyOf(cached, cached.length);
        // Pages that an earlier failed sync dropped are clean: they are not written now either.
        for (Map.Entry<Integer, byte[]> lost : dropped.entrySet()) {
            if (!dirty.containsKey(lost.getKey())) {
                int from = lost.getKey() * SECTOR_BYTES;
                System.arraycopy(lost.getValue(), 0, medium, from, SECTOR_BYTES);
            }
        }
        dropped.keySet().removeAll(dirty.keySet());
        mediumLength = length;
        dirty.clear();
        dirtyLengths.clear();
    }

    /** Sectors that read as written but whose medium holds these older bytes. */
    private final Map<Integer, byte[]> dropped = new TreeMap<>();

    /** What was to be written is marked clean; some of it reached the medium, some did not. */
    void failSync(Random chance) {
        grow();
        for (Map.Entry<Integer, List<byte[]>> sector : dirty.entrySet()) {
            int from = sector.getKey() * SECTOR_BYTES;
            if (chance.nextInt(3) == 0) {
                System.arraycopy(cached, from, medium, from, SECTOR_BYTES);
                dropped.remove(sector.getKey());
            } else {
                dropped.put(sector.getKey(), Arrays.copyOfRange(medium, from, from + SECTOR_BYTES));
            }
        }
        dirty.clear();
        if (chance.nextBoolean()) {
            mediumLength = length;
        }
        dirtyLengths.clear();
    }

    private void grow() {
        if (medium.length < cached.length) {
            medium = Arrays.copyOf(medium, cached.length);
        } else if (cached.length < medium.length) {
            cached = Arrays.copyOf(cached, medium.length);
        }
    }

    /** Clean sectors are read from the medium again. */
    void dropCache() {
        for (Map.Entry<Integer, byte[]> lost : dropped.entrySet()) {
            if (!dirty.containsKey(lost.getKey())) {
                int from = lost.getKey() * SECTOR_BYTES;
                System.arraycopy(lost.getValue(), 0, cached, from, SECTOR_BYTES);
            }
        }
        dropped.clear();
    }

    /** A choice of the unsynced versions of each sector and of the length survives. */
    void crash(Random chance) {
        grow();
        int favour = chance.nextInt(4);
        for (Map.Entry<Integer, List<byte[]>> sector : dirty.entrySet()) {
            byte[] survivor = survivor(sector.getValue(), favour, chance);
            if (survivor != null) {
                System.arraycopy(survivor, 0, medium, sector.getKey() * SECTOR_BYTES, SECTOR_BYTES);
            }
        }
        if (!dirtyLengths.isEmpty()) {
            int choice = chance.nextInt(dirtyLengths.size() + 1);
            mediumLength = choice == 0 ? mediumLength : dirtyLengths.get(choice - 1);
        }
        dirty.clear();
        dirtyLengths.clear();
        dropped.clear();
        medium = Arrays.copyOf(medium, Math.max(medium.length, roundUp(mediumLength)));
        Arrays.fill(medium, mediumLength, medium.length, (byte) 0);
        length = mediumLength;
        cached = medium.clone();
    }

    /** Favour 0 loses all, 1 keeps the newest of all, else each sector by its own chance. */
    private static byte[] survivor(List<byte[]> versions, int favour, Random chance) {
        int newest = versions.size();
        int choice = switch (favour) {
            case 0 -> 0;
            case 1 -> newest;
            default -> chance.nextInt(newest + 1);
        };
        return choice == 0 ? null : versions.get(choice - 1);
    }
}
