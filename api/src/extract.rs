//! What handlers take from a request. Each of axum's extractors with our own refusal, so that no answer is plain text.

use crate::problem::{Code, Problem};
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::StatusCode;

/// A JSON body.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub(crate) struct Json<T>(pub(crate) T);

/// Segments of the address.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub(crate) struct Path<T>(pub(crate) T);

/// What follows the question mark.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub(crate) struct Query<T>(pub(crate) T);

impl From<JsonRejection> for Problem {
    fn from(r: JsonRejection) -> Self {
        let (code, zh) = match (&r, r.status()) {
            (JsonRejection::JsonDataError(_), _) => (Code::BadBody, "JSON 内容不符合要求"),
            (JsonRejection::MissingJsonContentType(_), _) => {
                (Code::WrongType, "请使用 Content-Type: application/json")
            }
            (_, StatusCode::PAYLOAD_TOO_LARGE) => (Code::TooLarge, "请求体过大"),
            _ => (Code::BadJson, "请求体不是有效的 JSON"),
        };
        Self::new(code, format!("{zh}:{}", r.body_text()), r.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(r: PathRejection) -> Self {
        Self::new(Code::BadQuery, format!("地址有误:{}", r.body_text()), r.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(r: QueryRejection) -> Self {
        Self::new(Code::BadQuery, format!("查询参数有误:{}", r.body_text()), r.body_text())
    }
}
