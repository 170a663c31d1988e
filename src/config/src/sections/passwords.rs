use crate::{ByteSize, describe::section, problem::Problems};

section! {
    /// Passwords and how they are hashed (argon2id). More memory and iterations make guessing dearer, and logging in slower.
    Passwords {
        /// The shortest password.
        min_length: u16 = 8;
        /// Memory for one hash.
        memory: ByteSize = ByteSize::mib(19);
        /// Passes over the memory.
        iterations: u32 = 2;
        /// Lanes of one hash.
        parallelism: u32 = 1;
        /// Hashes made at the same time; further ones wait, so that log-ins can't fill the memory.
        concurrent: u16 = 2;
    }
}

impl Passwords {
    pub(crate) fn validate(&self, problems: &mut Problems) {
        if self.iterations == 0 || self.parallelism == 0 || self.parallelism > 64 {
            problems.add(
                "iterations",
                "iterations and parallelism start at 1, parallelism ends at 64",
                "use 2 and 1",
            );
        }
        let least = 8 * 1024 * u64::from(self.parallelism);
        if self.memory.bytes() < least || self.memory > ByteSize::mib(4096) {
            problems.add(
                "memory",
                format!("{} is out of range", self.memory),
                "use between \"8 KiB\" a lane and \"4 GiB\"; \"19 MiB\" is usual",
            );
        }
        if self.concurrent == 0 {
            problems.add("concurrent", "0 would let nobody in", "use the number of processors");
        }
    }
}
