package strata.frontdoor.web;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import strata.frontdoor.PooledMemory;

import java.io.IOException;
import java.nio.file.Path;

/** A DICOMweb door over an empty store for each test; all memory of the pool must come back. */
abstract class WithWebDoor {
    @TempDir
    Path path;

    WebDoor door;

    private final PooledMemory memory = new PooledMemory();

    @BeforeEach
    void open() throws IOException {
        door = WebDoor.open(path);
    }

    @AfterEach
    void close() throws IOException {
        door.close();
        memory.assertGivenBack();
    }
}
