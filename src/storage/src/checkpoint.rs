use crate::{
    Position,
    db::{Db, META, physical},
    error::CheckpointError,
    open::{LogState, log_key},
};
use rocksdb::{DB, Options as RocksOptions, checkpoint::Checkpoint};
use std::path::Path;

/// Makes `to` a database of its own, with hard links to the table files and a copy of the end of the log. Writers go on meanwhile: the position that the copy
/// holds is read from the copy.
pub(crate) fn make(db: &Db, to: &Path) -> Result<Position, CheckpointError> {
    let failed = |error: rocksdb::Error| CheckpointError::Failed(error.to_string());
    if to.exists() {
        return Err(CheckpointError::Exists(to.to_owned()));
    }
    Checkpoint::new(&db.rocks).and_then(|checkpoint| checkpoint.create_checkpoint(to)).map_err(failed)?;
    let copy = DB::open_for_read_only(&RocksOptions::default(), to, false).map_err(failed)?;
    let Some(bytes) = copy.get(physical(META, &log_key())).map_err(failed)? else {
        return Ok(Position::ZERO);
    };
    let state = LogState::decode(&bytes).map_err(|error| CheckpointError::Failed(error.to_string()))?;
    Ok(state.applied)
}
