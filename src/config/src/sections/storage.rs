use crate::{ByteSize, describe::section, problem::Problems};

section! {
    /// The database's memory.
    Storage {
        /// Memory for what was read lately, shared by all tables.
        cache_bytes: ByteSize = ByteSize::mib(64);
        /// Memory for what was written lately and is not in its final place yet (it is safe on disk all the same).
        write_buffer_bytes: ByteSize = ByteSize::mib(32);
    }
}

impl Storage {
    pub(crate) fn validate(&self, problems: &mut Problems) {
        for (name, size) in
            [("cache_bytes", self.cache_bytes), ("write_buffer_bytes", self.write_buffer_bytes)]
        {
            if size < ByteSize::mib(1) {
                problems.add(name, format!("{size} is too little to work with"), "use at least \"1 MiB\"");
            }
        }
    }
}
