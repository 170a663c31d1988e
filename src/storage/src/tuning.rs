//! Settings of `RocksDB` for a small server.

use crate::{options::Options, table::Class};
use rocksdb::{
    BlockBasedIndexType, BlockBasedOptions, Cache, DBCompressionType, LogLevel, Options as RocksOptions,
    WriteBufferManager,
};

/// Memory blocks of the write buffers, small so that an idle server stays small.
const ARENA_BLOCK: usize = 64 << 10;

/// The bound on recovery time after a crash: replay reads at most about this much.
const MAX_WAL_BYTES: u64 = 48 << 20;

pub(crate) fn database(options: &Options, buffers: &WriteBufferManager) -> RocksOptions {
    let mut db = RocksOptions::default();
    db.create_if_missing(options.create_if_missing);
    db.create_missing_column_families(true);
    db.set_write_buffer_manager(buffers);
    db.set_max_total_wal_size(MAX_WAL_BYTES);
    db.set_max_background_jobs(2);
    db.set_max_open_files(options.max_open_files);
    db.set_max_file_opening_threads(2);
    db.set_skip_stats_update_on_db_open(true);
    db.set_avoid_unnecessary_blocking_io(true);
    db.set_bytes_per_sync(1 << 20);
    // For each file that a compaction reads; the default of 2 MiB is for disks that seek.
    db.set_compaction_readahead_size(256 << 10);
    // One thread writes; what helps many writers only costs memory here.
    db.set_allow_concurrent_memtable_write(false);
    db.set_enable_write_thread_adaptive_yield(false);
    db.set_max_manifest_file_size(4 << 20);
    db.set_manifest_preallocation_size(64 << 10);
    db.set_log_level(LogLevel::Warn);
    db.set_keep_log_file_num(3);
    db.set_max_log_file_size(1 << 20);
    db.set_stats_dump_period_sec(0);
    db.set_stats_persist_period_sec(0);
    db
}

pub(crate) fn family(class: Class, cache: &Cache) -> RocksOptions {
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(cache);
    blocks.set_cache_index_and_filter_blocks(true);
    blocks.set_pin_l0_filter_and_index_blocks_in_cache(true);
    // In pieces, of which only those in use are in memory; whole ones would be made and kept for all keys of a file at once.
    blocks.set_index_type(BlockBasedIndexType::TwoLevelIndexSearch);
    blocks.set_partition_filters(true);
    blocks.set_metadata_block_size(4 << 10);
    blocks.set_format_version(6);
    blocks.set_ribbon_filter(10.0);
    blocks.set_optimize_filters_for_memory(true);

    let mut family = RocksOptions::default();
    family.set_arena_block_size(ARENA_BLOCK);
    family.set_compression_type(DBCompressionType::Lz4);
    family.set_level_compaction_dynamic_level_bytes(true);
    match class {
        Class::Small => {
            blocks.set_block_size(4 << 10);
            family.set_write_buffer_size(8 << 20);
            family.set_target_file_size_base(16 << 20);
        }
        Class::Large => {
            blocks.set_block_size(16 << 10);
            family.set_write_buffer_size(12 << 20);
            family.set_target_file_size_base(64 << 20);
            family.set_bottommost_compression_type(DBCompressionType::Zstd);
        }
        Class::Append => {
            blocks.set_block_size(8 << 10);
            family.set_write_buffer_size(8 << 20);
            family.set_target_file_size_base(32 << 20);
            family.set_bottommost_compression_type(DBCompressionType::Zstd);
        }
    }
    family.set_block_based_table_factory(&blocks);
    family
}
