use crate::{ByteSize, describe::section, problem::Problems};

section! {
    /// Full-text search over what is said in rooms. The index is in `search` in the data folder, and is made again when it is
    /// missing.
    Search {
        /// Whether messages can be searched for. Encrypted ones never can.
        enabled: bool = true;
        /// Memory for writing to the index, while there is something to write.
        memory_bytes: ByteSize = ByteSize::mib(16);
    }
}

impl Search {
    pub(crate) fn validate(&self, problems: &mut Problems) {
        if self.memory_bytes < ByteSize::mib(16) || self.memory_bytes > ByteSize::mib(1024) {
            problems.add(
                "memory_bytes",
                format!("{} is not between \"16 MiB\" and \"1 GiB\"", self.memory_bytes),
                "use \"16 MiB\"",
            );
        }
    }
}
