//! Refusals as `application/problem+json` (RFC 9457) with a code that never changes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

macro_rules! codes {
    ($($name:ident $status:ident $id:literal $title:literal,)*) => {
        /// Why a request was refused: what programs may rely on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $title] $name,)* }

        impl Code {
            /// All codes in the order of `docs/api.md`.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable name.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// The HTTP status that always goes with it.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// What it means, in general.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    BadRequest BAD_REQUEST "bad-request" "The request cannot be understood",
    BadQuery BAD_REQUEST "bad-query" "A value in the address cannot be understood",
    BadJson BAD_REQUEST "bad-json" "The body is no JSON",
    BadTile BAD_REQUEST "bad-tile" "There is no such tile",
    BadPosition BAD_REQUEST "bad-position" "Longitude and latitude are needed",
    BadDate BAD_REQUEST "bad-date" "The date is no date",
    NoToken UNAUTHORIZED "token-needed" "This needs a token",
    Forbidden FORBIDDEN "forbidden" "The token does not allow this",
    WrongToken UNAUTHORIZED "bad-token" "The token is not known",
    NotFound NOT_FOUND "not-found" "There is nothing here",
    UnknownPlan NOT_FOUND "unknown-plan" "There is no such plan",
    UnknownNetwork NOT_FOUND "unknown-network" "There is no such network",
    UnknownVersion NOT_FOUND "unknown-version" "There is no such version, or it is not public",
    UnknownToken NOT_FOUND "unknown-token" "There is no such token",
    UnknownJob NOT_FOUND "unknown-job" "There is no such job, or its result is gone",
    Outside NOT_FOUND "outside" "No cell lies there",
    WrongMethod METHOD_NOT_ALLOWED "wrong-method" "This address does not take that method",
    Stale CONFLICT "stale" "Somebody was faster",
    TooLarge PAYLOAD_TOO_LARGE "too-large" "The body is larger than allowed",
    WrongType UNSUPPORTED_MEDIA_TYPE "wrong-type" "The body is of another type than needed",
    BadBody UNPROCESSABLE_ENTITY "bad-body" "The body is JSON, but not what is needed",
    Unreadable UNPROCESSABLE_ENTITY "unreadable" "The file cannot be read",
    TooEntangled UNPROCESSABLE_ENTITY "too-entangled" "Too many lines cross each other",
    BadBoundary UNPROCESSABLE_ENTITY "bad-boundary" "The boundary is no region",
    BadRoster UNPROCESSABLE_ENTITY "bad-roster" "The roster cannot be read",
    UnknownUnit UNPROCESSABLE_ENTITY "unknown-unit" "There is no such unit",
    UnknownCell UNPROCESSABLE_ENTITY "unknown-cell" "There is no such cell",
    SeveralCells UNPROCESSABLE_ENTITY "several-cells" "The units belong to several cells",
    NothingChanges UNPROCESSABLE_ENTITY "nothing-changes" "Everything is so already",
    BreaksContiguity UNPROCESSABLE_ENTITY "breaks-contiguity" "A cell would fall into pieces",
    CrossesParent UNPROCESSABLE_ENTITY "crosses-parent" "A cell would reach into another parent",
    EmptiesCell UNPROCESSABLE_ENTITY "empties-cell" "A cell would be left without units",
    NothingToUndo UNPROCESSABLE_ENTITY "nothing-to-undo" "There is nothing to undo",
    NothingToRedo UNPROCESSABLE_ENTITY "nothing-to-redo" "There is nothing to redo",
    NoIfMatch PRECONDITION_REQUIRED "no-if-match" "Say which state you edit, with If-Match",
    Internal INTERNAL_SERVER_ERROR "internal" "A fault of the server",
    Busy SERVICE_UNAVAILABLE "busy" "Too much at once",
    TooSlow SERVICE_UNAVAILABLE "too-slow" "It took too long",
    StoreFailed SERVICE_UNAVAILABLE "store-failed" "The store does not answer",
}

/// One refusal.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    code: Code,
    zh: String,
    en: String,
    fields: Vec<(String, Value)>,
}

impl Problem {
    /// `zh` and `en` say what is wrong here and what to do.
    pub(crate) fn new(code: Code, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, zh: zh.into(), en: en.into(), fields: Vec::new() }
    }

    /// A fault in other code's words.
    pub(crate) fn of(code: Code, zh: &str, error: &dyn std::error::Error) -> Self {
        Self::new(code, format!("{zh}:{error}"), error.to_string())
    }

    /// The same with one more field.
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.fields.push((key.into(), value.into()));
        self
    }

    /// The same with a code that says more.
    pub(crate) fn coded(mut self, code: Code) -> Self {
        self.code = code;
        self
    }

    pub(crate) fn is(&self, code: Code) -> bool {
        self.code == code
    }

    /// What is wrong, in both languages.
    pub(crate) fn words(&self) -> String {
        format!("{} · {}", self.zh, self.en)
    }

    pub(crate) fn internal(en: impl Into<String>) -> Self {
        Self::new(Code::Internal, "服务器内部错误,请反馈", en)
    }
}

impl Problem {
    /// As it is sent.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({
            "type": "about:blank", "title": self.code.title(), "status": self.code.status().as_u16(),
            "code": self.code.id(), "detail": self.en, "detail_zh": self.zh,
        });
        if let Some(body) = body.as_object_mut() {
            body.extend(self.fields.clone());
        }
        body
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let mut response = (status, self.body().to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match status {
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}
