package strata.catalog;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.IndexType;
import org.rocksdb.RocksObject;

import java.util.function.UnaryOperator;

/**
 * How RocksDB keeps each family. Everything that is read by its whole key has a filter; filters and
 * block indexes are partitioned and live in the cache as data does, so that memory stays the same
 * however large the catalog grows. What is on the last level, nearly all of a settled catalog, is
 * compressed by zstd where rows are long and alike, and by LZ4 where a single row is looked up.
 */
final class FamilyOptions {
    private static final double BLOOM_BITS_PER_KEY = 10;
    private static final int POINT_BLOCK_BYTES = 4 << 10;
    private static final int SCAN_BLOCK_BYTES = 16 << 10;
    private static final int METADATA_BLOCK_BYTES = 4 << 10;
    private static final int ZSTD_LEVEL = 3;

    /** More than one may wait for its flush before writers do: a checkpoint and a full buffer. */
    private static final int WRITE_BUFFERS = 4;

    /**
     * A few times what one compaction of level 0 brings, which is rows of all studies alike: with
     * the default of 256 MiB each of them would rewrite a family whole until it is that large.
     */
    private static final long LEVEL_BASE_BYTES = 32 << 20;

    private static final long TABLE_FILE_BYTES = 16 << 20;
    private static final int DICTIONARY_BYTES = 16 << 10;
    private static final int TRAINING_BYTES = 1 << 20;

    /** Share of the write buffer for a filter of what is in it: most lookups there find nothing. */
    private static final double MEMTABLE_FILTER_SHARE = 0.02;

    private final Cache cache;
    private final long writeBufferBytes;
    private final UnaryOperator<RocksObject> owner;

    /** @param owner takes each native object, to close it in the end */
    FamilyOptions(Cache cache, long writeBufferBytes, UnaryOperator<RocksObject> owner) {
        this.cache = cache;
        this.writeBufferBytes = writeBufferBytes;
        this.owner = owner;
    }

    ColumnFamilyOptions of(RowFamily family) {
        ColumnFamilyOptions options = own(new ColumnFamilyOptions())
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setWriteBufferSize(writeBufferBytes)
                .setMaxWriteBufferNumber(WRITE_BUFFERS)
                .setMaxBytesForLevelBase(LEVEL_BASE_BYTES)
                .setTargetFileSizeBase(TABLE_FILE_BYTES)
                .setLevelCompactionDynamicLevelBytes(true);
        return switch (family) {
            case HEADS, VERSIONS ->
                filtered(options, false)
                        .setTableFormatConfig(table(POINT_BLOCK_BYTES)
                                .setFilterPolicy(filter())
                                .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash));
            case INSTANCES ->
                filtered(options, true)
                        .setTableFormatConfig(table(POINT_BLOCK_BYTES).setFilterPolicy(filter()));
            case STUDIES, SERIES, ACCESS ->
                filtered(options, false)
                        .setTableFormatConfig(table(POINT_BLOCK_BYTES).setFilterPolicy(filter()));
            case KEYS ->
                dense(filtered(options, true))
                        .setTableFormatConfig(table(SCAN_BLOCK_BYTES).setFilterPolicy(filter()));
            case INDEX, STATES -> options.setTableFormatConfig(table(POINT_BLOCK_BYTES));
            case SYSTEM, JOBS, UIDS ->
                options.setTableFormatConfig(table(POINT_BLOCK_BYTES).setFilterPolicy(filter()));
        };
    }

    /**
     * @param mostlyThere whether what is looked up is there: then the last level, where it is, has
     *     no use for a filter
     */
    private static ColumnFamilyOptions filtered(ColumnFamilyOptions options, boolean mostlyThere) {
        return options.setMemtableWholeKeyFiltering(true)
                .setMemtablePrefixBloomSizeRatio(MEMTABLE_FILTER_SHARE)
                .setOptimizeFiltersForHits(mostlyThere);
    }

    private ColumnFamilyOptions dense(ColumnFamilyOptions options) {
        CompressionOptions zstd = own(new CompressionOptions())
                .setEnabled(true)
                .setLevel(ZSTD_LEVEL)
                .setMaxDictBytes(DICTIONARY_BYTES)
                .setZStdMaxTrainBytes(TRAINING_BYTES);
        return options.setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
                .setBottommostCompressionOptions(zstd);
    }

    private BlockBasedTableConfig table(int blockBytes) {
        return new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setPinTopLevelIndexAndFilter(true)
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setPartitionFilters(true)
                .setMetadataBlockSize(METADATA_BLOCK_BYTES)
                .setFormatVersion(6)
                .setBlockSize(blockBytes);
    }

    private BloomFilter filter() {
        return own(new BloomFilter(BLOOM_BITS_PER_KEY));
    }

    @SuppressWarnings("unchecked")
    private <T extends RocksObject> T own(T object) {
        return (T) owner.apply(object);
    }
}
