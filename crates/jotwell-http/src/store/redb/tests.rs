//! What only shows from inside: a disk that fails, a thread that dies.
