//! The page, from inside the binary.

use crate::problem::{Code, Problem};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

/// What the web build left behind. Debug builds read it from the disk, so that it can be worked on.
#[derive(Embed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Dist;

/// Where MapLibre takes what it runs: itself and its worker from here, images it makes from blobs. No other host.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self' blob:; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Said where the page was not built.
const MISSING: &str = "<!doctype html><html lang=zh><meta charset=utf-8><title>wangge</title>\
<p>本程序编译时未包含网页。安装 Node.js ≥ 20.19 后运行 <code>make build</code> 即可;接口与瓦片不受影响。\
<p lang=en>This program was built without its page. Install Node.js ≥ 20.19 and run <code>make build</code>; \
the interface and the tiles work without it.<p><a href=/project>/project</a> · <a href=/healthz>/healthz</a></html>";

/// A file of the page, or nothing.
pub(crate) async fn file(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return nothing(&uri).into_response();
    }
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    match Dist::get(path) {
        Some(file) => answer(path, file, &headers),
        None if path == "index.html" => Html(MISSING).into_response(),
        None => nothing(&uri).into_response(),
    }
}

fn nothing(uri: &Uri) -> Problem {
    let path = uri.path();
    Problem::new(Code::NotFound, format!("没有 {path} 这个地址"), format!("there is nothing at {path}"))
}

fn answer(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = crate::cache::tag(&file.metadata.sha256_hash());
    if crate::cache::known(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    // The build puts a hash into the names of everything under assets/.
    let cache = if path.starts_with("assets/") { crate::cache::FOREVER } else { crate::cache::ASK };
    let mime = file.metadata.mimetype();
    let mime = HeaderValue::from_str(mime).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let mut response = file.data.into_owned().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, mime);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response.headers_mut().insert(header::ETAG, tag);
    response
}
