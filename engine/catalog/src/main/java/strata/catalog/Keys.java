package strata.catalog;

import strata.base.ObjectId;
import strata.base.Uid;

import java.util.Arrays;

/** The keys of all families; see the package description. */
final class Keys {
    private Keys() {}

    static byte[] id(ObjectId id) {
        RowWriter out = new RowWriter();
        id.write(out.room(ObjectId.LENGTH_BYTES));
        return out.toBytes();
    }

    static byte[] uid(Uid uid) {
        return new RowWriter().keyPart(uid).toBytes();
    }

    static byte[] series(Uid study, Uid series) {
        return new RowWriter().keyPart(study).keyPart(series).toBytes();
    }

    static byte[] instance(InstanceKey key) {
        return new RowWriter()
                .keyPart(key.study())
                .keyPart(key.series())
                .keyPart(key.instance())
                .toBytes();
    }

    static byte[] version(InstanceKey key, ObjectId id) {
        RowWriter out =
                new RowWriter().keyPart(key.study()).keyPart(key.series()).keyPart(key.instance());
        id.write(out.room(ObjectId.LENGTH_BYTES));
        return out.toBytes();
    }

    static byte[] uidVersion(Uid instance, ObjectId id) {
        RowWriter out = new RowWriter().keyPart(instance);
        id.write(out.room(ObjectId.LENGTH_BYTES));
        return out.toBytes();
    }

    static byte[] state(VersionState state, ObjectId id) {
        RowWriter out = new RowWriter().u8(state.ordinal());
        id.write(out.room(ObjectId.LENGTH_BYTES));
        return out.toBytes();
    }

    static byte[] system(String name) {
        return RowWriter.ascii(name);
    }

    /** The first key after all keys that start with the prefix; null when there is none. */
    static byte[] after(byte[] prefix) {
        byte[] next = prefix.clone();
        for (int i = next.length - 1; i >= 0; i--) {
            if (next[i] != (byte) 0xff) {
                next[i]++;
                return Arrays.copyOf(next, i + 1);
            }
        }
        return null;
    }
}
