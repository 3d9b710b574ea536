//! Runs a future to its end for callers that aren't async.

use std::future::Future;

/// Blocks until `future` is done, on a thread of its own.
///
/// The thread is what makes it safe to call from anywhere: starting a runtime inside a runtime panics.
///
/// # Errors
/// When the operating system gives no thread or no event queue.
pub(crate) fn block_on<T: Send>(future: impl Future<Output = T> + Send) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().name("wangge-io".into()).spawn_scoped(scope, || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            Ok(runtime.block_on(future))
        })?;
        worker.join().unwrap_or_else(|_| Err(std::io::Error::other("the worker thread stopped unexpectedly")))
    })
}
