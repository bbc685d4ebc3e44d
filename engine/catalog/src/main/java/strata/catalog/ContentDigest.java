package strata.catalog;

import strata.base.Digest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;

/** The sum over the SHA-256 of each version: independent of their order, dependent on each. */
final class ContentDigest {
    private ContentDigest() {}

    static Digest of(RowStore store) throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        try (IndexedVersionRows rows = new IndexedVersionRows(store.view())) {
            while (rows.next()) {
                VersionEntry bare = rows.entry().withPlacements(List.of());
                sha256.update(ByteBuffer.allocate(4).putInt(0, rows.rowKey().length));
                sha256.update(rows.rowKey());
                sha256.update(VersionRow.encode(bare));
                sha256.update(rows.keys());
                Digest one = Digest.finish(sha256);
                a += one.a();
                b += one.b();
                c += one.c();
                d += one.d();
            }
        }
        return new Digest(a, b, c, d);
    }

    /** All versions with their keys still encoded. */
    static final class IndexedVersionRows implements java.io.Closeable {
        private final RowView view;
        private final RowView.Rows rows;
        private final RowView.Rows keys;

        IndexedVersionRows(RowView view) {
            this.view = view;
            this.rows = view.prefix(RowFamily.INSTANCES, new byte[0]);
            this.keys = view.prefix(RowFamily.KEYS, new byte[0]);
        }

        boolean next() throws IOException {
            boolean more = rows.next();
            if (more != keys.next() || more && !java.util.Arrays.equals(rows.key(), keys.key())) {
                throw new CatalogDamagedException("versions and their keys are out of step");
            }
            return more;
        }

        byte[] rowKey() {
            return rows.key();
        }

        VersionEntry entry() throws CatalogDamagedException {
            return VersionRow.decode(rows.key(), rows.value());
        }

        byte[] keys() {
            return keys.value();
        }

        @Override
        public void close() {
            view.close();
        }
    }
}
