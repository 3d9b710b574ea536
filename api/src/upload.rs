//! Files that are sent: onto the disk piece by piece, never longer than agreed.

use crate::limits::{self, too_large};
use crate::problem::{Code, Problem};
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use std::path::Path;
use tempfile::{NamedTempFile, TempPath};
use tokio::io::AsyncWriteExt;

/// The files of a request. They vanish when this is dropped.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The body, or the first part that is not the boundary.
    pub(crate) file: TempPath,
    /// The part `boundary`.
    pub(crate) boundary: Option<TempPath>,
}

/// Takes the body, alone or as multipart/form-data, onto the disk. `name` only lends its extension.
pub(crate) async fn receive(request: Request, name: Option<&str>, limit: u64) -> Result<Upload, Problem> {
    let is_form = content_type(request.headers()).starts_with("multipart/form-data");
    if is_form { parts(request, limit).await } else { whole(request, name, limit).await }
}

/// The type of the body, lower-case; empty where it is not said.
pub(crate) fn content_type(headers: &HeaderMap) -> String {
    let text = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    text.unwrap_or_default().to_ascii_lowercase()
}

async fn whole(request: Request, name: Option<&str>, limit: u64) -> Result<Upload, Problem> {
    let mut sink = Sink::new(name.unwrap_or_default(), limit)?;
    let mut body = request.into_body();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|e| broken(&e))?;
        if let Some(bytes) = frame.data_ref()
            && let Err(problem) = sink.write(bytes).await
        {
            limits::listen(body, limits::LISTEN_BYTES).await;
            return Err(problem);
        }
    }
    Ok(Upload { file: sink.finish().await?, boundary: None })
}

async fn parts(request: Request, limit: u64) -> Result<Upload, Problem> {
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|e| Problem::new(Code::BadRequest, "表单无法解析", e.body_text()))?;
    let (mut file, mut boundary, mut left) = (None, None, limit);
    while let Some(mut part) = form.next_field().await.map_err(|e| broken(&e))? {
        let is_boundary = part.name() == Some("boundary");
        let mut sink = Sink::new(part.file_name().unwrap_or_default(), limit)?;
        sink.left = left;
        while let Some(bytes) = part.chunk().await.map_err(|e| broken(&e))? {
            sink.write(&bytes).await?;
        }
        left = sink.left;
        let slot = if is_boundary { &mut boundary } else { &mut file };
        if slot.is_some() {
            return Err(Problem::new(
                Code::BadRequest,
                "表单应只含一个文件和(可选)一个名为 boundary 的文件",
                "the form must hold one file and, if you like, one named boundary",
            ));
        }
        *slot = Some(sink.finish().await?);
    }
    let none = || Problem::new(Code::BadRequest, "表单中没有文件", "there is no file in the form");
    Ok(Upload { file: file.ok_or_else(none)?, boundary })
}

fn broken(e: &dyn std::error::Error) -> Problem {
    Problem::of(Code::BadRequest, "请求体中断或无法解析", e)
}

/// A temporary file that is being filled.
struct Sink {
    path: TempPath,
    file: tokio::fs::File,
    left: u64,
    limit: u64,
}

impl Sink {
    fn new(name: &str, limit: u64) -> Result<Self, Problem> {
        let file = temporary(name)
            .map_err(|e| Problem::of(Code::StoreFailed, "无法写入临时文件,磁盘可能已满", &e))?;
        let (file, path) = file.into_parts();
        Ok(Self { path, file: tokio::fs::File::from_std(file), left: limit, limit })
    }

    async fn write(&mut self, bytes: &Bytes) -> Result<(), Problem> {
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(|| too_large(self.limit))?;
        let full = |e| Problem::of(Code::StoreFailed, "无法写入临时文件,磁盘可能已满", &e);
        self.file.write_all(bytes).await.map_err(full)
    }

    async fn finish(mut self) -> Result<TempPath, Problem> {
        let full = |e| Problem::of(Code::StoreFailed, "无法写入临时文件,磁盘可能已满", &e);
        self.file.flush().await.map_err(full)?;
        Ok(self.path)
    }
}

/// A file with the extension of `name`, by which some readers decide; nothing else of the name is used.
fn temporary(name: &str) -> std::io::Result<NamedTempFile> {
    let plain = |e: &&str| e.len() <= 10 && e.bytes().all(|b| b.is_ascii_alphanumeric());
    let extension = Path::new(name).extension().and_then(|e| e.to_str()).filter(plain);
    let suffix = extension.map(|e| format!(".{}", e.to_ascii_lowercase())).unwrap_or_default();
    tempfile::Builder::new().prefix("wangge-").suffix(&suffix).tempfile()
}
