package strata.mover;

import strata.catalog.VersionEntry;

import java.util.ArrayList;
import java.util.List;

/**
 * What goes into one pack: a series, or several small ones of a study.
 *
 * @param smallSeriesBytes series shorter than this share a pack
 * @param packBytes a longer series is cut, so that reading one pack again stays a matter of seconds
 * @param packObjects the same, in objects
 */
record PackSizes(long smallSeriesBytes, long packBytes, int packObjects) {
    static final PackSizes DEFAULT = new PackSizes(4L << 20, 2L << 30, 4096);

    /** Cuts versions, which come in series order, into the contents of packs. */
    List<List<VersionEntry>> groups(List<VersionEntry> versions) {
        List<List<VersionEntry>> out = new ArrayList<>();
        List<VersionEntry> small = new ArrayList<>();
        List<VersionEntry> series = new ArrayList<>();
        for (int i = 0; i < versions.size(); i++) {
            series.add(versions.get(i));
            boolean last = i + 1 == versions.size()
                    || !versions.get(i + 1)
                            .key()
                            .series()
                            .equals(versions.get(i).key().series());
            if (last) {
                if (bytes(series) < smallSeriesBytes) {
                    small.addAll(series);
                } else {
                    addCut(out, series);
                }
                series = new ArrayList<>();
            }
        }
        addCut(out, small);
        return out;
    }

    private void addCut(List<List<VersionEntry>> out, List<VersionEntry> versions) {
        List<VersionEntry> group = new ArrayList<>();
        long groupBytes = 0;
        for (VersionEntry version : versions) {
            boolean full =
                    groupBytes + version.lengthBytes() > packBytes || group.size() == packObjects;
            if (full && !group.isEmpty()) {
                out.add(group);
                group = new ArrayList<>();
                groupBytes = 0;
            }
            group.add(version);
            groupBytes += version.lengthBytes();
        }
        if (!group.isEmpty()) {
            out.add(group);
        }
    }

    static long bytes(List<VersionEntry> versions) {
        return versions.stream().mapToLong(VersionEntry::lengthBytes).sum();
    }
}
