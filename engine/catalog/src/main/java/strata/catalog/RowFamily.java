package strata.catalog;

import java.nio.charset.StandardCharsets;

/** The column families; their keys and rows are specified in the package description. */
enum RowFamily {
    SYSTEM("default"),
    INSTANCES("instances"),
    KEYS("keys"),
    VERSIONS("versions"),
    HEADS("heads"),
    UIDS("uids"),
    STUDIES("studies"),
    SERIES("series"),
    INDEX("index"),
    STATES("states"),
    ACCESS("access"),
    JOBS("jobs");

    private final byte[] bytes;

    RowFamily(String name) {
        this.bytes = name.getBytes(StandardCharsets.US_ASCII);
    }

    byte[] bytes() {
        return bytes.clone();
    }
}
