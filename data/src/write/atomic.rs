//! A file that exists completely or not at all.

use super::WriteError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A file being written beside its target. [`AtomicFile::commit`] renames it; dropping it removes it.
///
/// A killed process leaves `.NAME.<pid>-<n>.wangge-tmp` behind and the old file untouched.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    temporary: PathBuf,
    out: Option<BufWriter<File>>,
}

impl AtomicFile {
    /// Starts a file that will replace `target`. A symbolic link is followed, so that it stays one.
    ///
    /// # Errors
    /// [`WriteError::Io`].
    pub fn create(target: &Path) -> Result<Self, WriteError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let io = |source| WriteError::Io { path: target.to_owned(), source };
        let real = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        if real.is_dir() {
            return Err(io(io::Error::other("it is a folder")));
        }
        let name =
            real.file_name().ok_or_else(|| io(io::Error::other("it has no file name")))?.to_string_lossy();
        let folder = real.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        loop {
            let n = NEXT.fetch_add(1, Ordering::Relaxed);
            let temporary = folder.join(format!(".{name}.{}-{n}.wangge-tmp", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&temporary) {
                Ok(file) => return Ok(Self { target: real, temporary, out: Some(BufWriter::new(file)) }),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(io(e)),
            }
        }
    }

    /// Where the bytes go until [`AtomicFile::commit`], for writers that open files themselves.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Puts the complete file in the target's place, on the disk itself.
    ///
    /// # Errors
    /// [`WriteError::Io`]; the old file is untouched then.
    pub fn commit(mut self) -> Result<(), WriteError> {
        self.finish().map_err(|source| WriteError::Io { path: self.target.clone(), source })
    }

    fn finish(&mut self) -> io::Result<()> {
        if let Some(out) = self.out.take() {
            out.into_inner().map_err(io::IntoInnerError::into_error)?;
        }
        // Opened anew, because a database may have written it meanwhile.
        OpenOptions::new().write(true).open(&self.temporary)?.sync_all()?;
        if let Ok(old) = fs::metadata(&self.target) {
            fs::set_permissions(&self.temporary, old.permissions())?;
        }
        fs::rename(&self.temporary, &self.target)?;
        // The name is in the folder; some systems can't sync one, and then there is nothing more to do.
        if let Some(folder) = self.target.parent().and_then(|p| File::open(p).ok()) {
            folder.sync_all().ok();
        }
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.out.as_mut().map_or_else(|| Err(io::Error::other("already complete")), |out| out.write(buf))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        drop(self.out.take());
        // After a commit there is nothing under this name any more.
        fs::remove_file(&self.temporary).ok();
    }
}
