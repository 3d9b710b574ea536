//! A plain HTTP client, and answers taken apart.

use serde_json::Value;
use std::collections::BTreeMap;

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e}: {} {:?}", self.status, String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// A good answer as JSON.
    pub(crate) fn good(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            String::from_utf8_lossy(&self.body)
        );
        self.json()
    }

    /// A refusal: problem+json with this status and code, in two languages.
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(
            (self.status, self.header("content-type")),
            (status, "application/problem+json"),
            "{text}"
        );
        let problem = self.json();
        assert_eq!(problem["code"], code, "{text}");
        assert_eq!(problem["status"], status);
        for key in ["title", "detail", "detail_zh"] {
            assert!(!problem[key].as_str().unwrap().is_empty(), "{key}: {text}");
        }
        problem
    }
}

/// What to send.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'a str, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn send(r: Request<'_>) -> Answer {
    let url = r.url.clone();
    try_send(r).unwrap_or_else(|e| panic!("{url}: {e}"))
}

/// An answer, unless the server is gone.
pub(crate) fn try_send(r: Request<'_>) -> Result<Answer, ureq::Error> {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(std::time::Duration::from_secs(300)))
        .max_redirects(0)
        .build();
    let agent = ureq::Agent::new_with_config(config);
    let mut request = ureq::http::Request::builder().method(r.method).uri(&r.url);
    for (name, value) in &r.headers {
        request = request.header(*name, value);
    }
    let mut answer = agent.run(request.body(r.body)?)?;
    let headers = answer.headers().iter().map(|(k, v)| (k.to_string(), v.to_str().unwrap().to_owned()));
    Ok(Answer {
        status: answer.status().as_u16(),
        headers: headers.collect(),
        body: answer.body_mut().with_config().limit(1 << 30).read_to_vec()?,
    })
}
