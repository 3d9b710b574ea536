//! One process at a time works on a file.

use super::super::{StoreError, Timestamp};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The system's lock on `NAME-lock`, which says who holds it. The system lets go when the process ends, however it ends.
#[derive(Debug)]
pub(in crate::store) struct FileLock {
    path: PathBuf,
    /// Holds the lock as long as it is open.
    _file: File,
}

impl FileLock {
    /// Takes the lock of a project file.
    ///
    /// # Errors
    /// [`StoreError::InUse`] at once when somebody has it.
    pub(in crate::store) fn take(project: &Path) -> Result<Self, StoreError> {
        let real = fs::canonicalize(project).unwrap_or_else(|_| project.to_owned());
        let mut name = real.clone().into_os_string();
        name.push("-lock");
        let path = PathBuf::from(name);
        let io = |source| StoreError::Io { path: path.clone(), source };
        for _ in 0..100 {
            let mut options = OpenOptions::new();
            let mut file =
                options.read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let path = project.to_owned();
                    return Err(StoreError::InUse { path, holder: holder(&mut file) });
                }
                Err(TryLockError::Error(source)) => return Err(io(source)),
            }
            let me = format!("process {} on {} since {}", std::process::id(), machine(), Timestamp::now());
            file.set_len(0).and_then(|()| file.write_all(me.as_bytes())).map_err(io)?;
            // Whoever had it may have removed the name between our opening and our locking. Where a locked file can't
            // be read by name, its name can't be taken away either.
            if fs::read(&path)
                .map_or_else(|e| e.kind() != std::io::ErrorKind::NotFound, |text| text == me.as_bytes())
            {
                return Ok(Self { path, _file: file });
            }
        }
        Err(StoreError::InUse { path: project.to_owned(), holder: "processes that come and go".into() })
    }
}

/// Lets go, and leaves nothing behind.
impl Drop for FileLock {
    fn drop(&mut self) {
        // Still locked: nobody can have taken it over.
        fs::remove_file(&self.path).ok();
    }
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.take(200).read_to_string(&mut text));
    if read.is_ok() && !text.is_empty() { text } else { "another program".into() }
}

fn machine() -> String {
    let file = || fs::read_to_string("/etc/hostname").ok();
    let name = std::env::var("COMPUTERNAME").or_else(|_| std::env::var("HOSTNAME")).ok().or_else(file);
    name.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).unwrap_or_else(|| "this machine".into())
}
