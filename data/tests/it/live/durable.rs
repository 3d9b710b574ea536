//! What was acknowledged survives the death of the process, and nothing half done does.

use super::*;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// How often the process is killed, on each back end.
const KILLS: u64 = 20;

/// The process that is killed: works without end, and prints each operation once it is acknowledged.
#[test]
#[ignore = "started and killed by the test below"]
fn child() {
    let Ok(location) = std::env::var("WANGGE_CHILD") else { return };
    let location: Location = location.parse().unwrap();
    block_on(async {
        let store = Store::open(&location).await.unwrap();
        let mut client = Client::new(&store).await;
        let mut chance = Chance(client.etag.operations.into());
        loop {
            let operation = chance.operation(&client.draft);
            let Ok(change) = client.propose(&operation) else { continue };
            let recorded = client.try_append(change).await.unwrap();
            let line = serde_json::json!({"etag": recorded.etag.to_string(), "moves": recorded.change.moves});
            let mut out = std::io::stdout().lock();
            writeln!(out, "done {line}").unwrap();
            out.flush().unwrap();
        }
    });
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let places = std::iter::once(Place::file()).chain(Place::database());
    for place in places {
        block_on(async { place.begin(&board()).await.close().await.unwrap() });
        let location = match &place.location {
            Location::File(path) => path.display().to_string(),
            Location::Postgres(url) => url.clone(),
        };
        let mut acknowledged: Vec<String> = Vec::new();
        let mut chance = Chance(20_261_122);
        let mut unasked = 0;
        for _ in 0..KILLS {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--ignored", "--exact", "live::durable::child", "--nocapture"])
                .env("WANGGE_CHILD", &location)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let mut wanted = 1 + chance.below(12);
            while wanted > 0 {
                let line = lines.next().expect("the child works until it is killed").unwrap();
                if let Some(text) = line.split("done ").nth(1) {
                    acknowledged.push(text.to_owned());
                    wanted -= 1;
                }
            }
            // Somewhere in the middle of the next operation.
            std::thread::sleep(std::time::Duration::from_micros(chance.below(4_000)));
            child.kill().unwrap();
            child.wait().unwrap();
            for line in lines.map_while(Result::ok) {
                // The last line may be cut.
                if let Some(text) = line.split("done ").nth(1).filter(|t| t.ends_with('}')) {
                    acknowledged.push(text.to_owned());
                }
            }
            block_on(async {
                let store = place.open().await;
                let state = store.draft("grid").await.unwrap();
                let stored = store.operations(1, 0).await.unwrap();
                let stored: Vec<String> = stored
                    .iter()
                    .map(|r| {
                        serde_json::json!({"etag": r.etag.to_string(), "moves": r.change.moves}).to_string()
                    })
                    .collect();
                // One more at most: done, but killed before saying so.
                assert!(stored.len() - acknowledged.len() <= 1, "{} of {}", stored.len(), acknowledged.len());
                assert_eq!(stored[..acknowledged.len()], acknowledged);
                unasked += stored.len() - acknowledged.len();
                acknowledged = stored;
                assert_eq!(state.etag.operations as usize, acknowledged.len());
                // Each has its line in the audit log: a transaction is whole or not at all.
                assert_eq!(store.audit(0, 100_000).await.unwrap().len(), acknowledged.len());
                assert!(ground(store.project()).graph().is_contiguous(state.draft.labels(), 4));
                store.close().await.unwrap();
            });
        }
        eprintln!(
            "{}: {KILLS} kills, {} operations, {unasked} of them done but not yet said",
            place.location,
            acknowledged.len()
        );
    }
}
