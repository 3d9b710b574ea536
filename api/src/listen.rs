//! Connections: how many, how long for a head, and how they end.

use crate::limits::Limits;
use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// How long open requests may take to end once the server is told to.
const LAST_CALL: Duration = Duration::from_secs(10);

/// Serves `router` on `listener` until `stop`, then lets what is under way end.
///
/// HTTP/1.1. A client that does not finish its request's head in time is cut off.
pub async fn serve(listener: TcpListener, router: Router, limits: &Limits, stop: impl Future<Output = ()>) {
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head);
    let open = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async {
            let permit = open.clone().acquire_owned().await.ok();
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, most likely: others may end soon.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        // Small answers go out at once; without it they are only later.
        stream.set_nodelay(true).ok();
        let service = TowerToHyperService::new(router.clone());
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A client that goes away is its own affair.
            connection.await.ok();
            drop(permit);
        });
    }
    drop(listener);
    tokio::time::timeout(LAST_CALL, graceful.shutdown()).await.ok();
}
