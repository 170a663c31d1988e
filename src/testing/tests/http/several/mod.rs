//! Servers of ours among themselves, over TLS on the loopback address. One file a behaviour.

mod chance;
mod three;
mod weather;
