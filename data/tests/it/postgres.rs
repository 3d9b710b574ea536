//! A PostgreSQL with PostGIS that lives as long as this test process.
//!
//! Started once, as a user without rights, on a free loopback port, in a folder of its own. Where it is not installed, the
//! tests that need it skip and say so; with `WANGGE_REQUIRE_POSTGRES` set they fail.

use crate::support::skip;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The running server.
pub(crate) struct Server {
    pub(crate) port: u16,
    /// Its end of input is the server's end: whatever ends this process ends the server, and removes its folder.
    _keeper: Child,
}

/// Prepares a folder, runs the server in it, waits for the end of input, stops the server, removes the folder.
const KEEPER: &str = r#"
set -eu
bin=$1 port=$2
dir=$(mktemp -d "${TMPDIR:-/tmp}/wangge-postgres.XXXXXX")
trap 'kill -INT $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$dir"' EXIT
server=
"$bin/initdb" --no-sync --auth=trust --username=wangge --encoding=UTF8 --locale=C -D "$dir/data" >"$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }
"$bin/postgres" -D "$dir/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= >"$dir/log" 2>&1 </dev/null &
server=$!
for i in $(seq 600); do
    "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" && { echo ready; break; }
    kill -0 $server || { cat "$dir/log"; exit 1; }
    sleep 0.1
done
cat >/dev/null
"#;

fn binaries() -> Option<PathBuf> {
    let complete = |dir: &Path| ["initdb", "postgres", "pg_isready"].iter().all(|p| dir.join(p).exists());
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|d| d.path().join("bin")).collect();
    versions.sort();
    versions.into_iter().rev().find(|dir| complete(dir))
}

/// PostgreSQL refuses to run as root.
fn unprivileged() -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout == b"0\n");
    if !root {
        return Command::new("sh");
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", "sh"]);
    command
}

fn start() -> Result<Server, String> {
    let bin = binaries().ok_or("PostgreSQL is not installed")?;
    let mut why = String::new();
    for _ in 0..3 {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| e.to_string())?.port();
        let mut keeper = unprivileged()
            .args(["-c", KEEPER, "keeper"])
            .arg(&bin)
            .arg(port.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        let said = BufReader::new(keeper.stdout.take().expect("piped")).lines().map_while(Result::ok);
        why.clear();
        for line in said {
            if line == "ready" {
                return Ok(Server { port, _keeper: keeper });
            }
            why.push_str(&line);
            why.push('\n');
        }
        keeper.wait().ok();
    }
    Err(why)
}

impl Server {
    fn url(&self, database: &str) -> String {
        format!("postgres://wangge@127.0.0.1:{}/{database}", self.port)
    }

    async fn run(&self, database: &str, sql: &str) -> sqlx::Result<()> {
        let mut db = PgConnection::connect(&self.url(database)).await?;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut db).await?;
        db.close().await
    }
}

fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        let server = start()?;
        let template = async {
            server.run("postgres", "CREATE DATABASE template_postgis").await?;
            server.run("template_postgis", "CREATE EXTENSION postgis").await
        };
        block_on(template).map_err(|e| e.to_string())?;
        Ok(server)
    });
    match server {
        Ok(server) => Some(server),
        Err(why) => {
            assert!(std::env::var_os("WANGGE_REQUIRE_POSTGRES").is_none(), "PostgreSQL with PostGIS: {why}");
            skip(&format!("PostgreSQL with PostGIS: {why}"));
            None
        }
    }
}

/// An empty database with PostGIS, or a counted skip.
pub(crate) fn database() -> Option<String> {
    empty("TEMPLATE template_postgis")
}

/// An empty database without PostGIS, or a counted skip.
pub(crate) fn plain_database() -> Option<String> {
    empty("")
}

fn empty(template: &str) -> Option<String> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let server = server()?;
    let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
    // A template cannot be copied by two at once.
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    block_on(server.run("postgres", &format!("CREATE DATABASE {name} {template}"))).expect("a new database");
    Some(server.url(&name))
}

/// Runs SQL on a database as another program would.
pub(crate) fn sql(url: &str, sql: &str) {
    block_on(async {
        let mut db = PgConnection::connect(url).await.expect("a connection");
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut db).await.expect(sql);
        db.close().await.expect("closing");
    });
}

pub(crate) fn block_on<T: Send>(future: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|s| {
        let run = || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime").block_on(future)
        };
        s.spawn(run).join().unwrap_or_else(|e| std::panic::resume_unwind(e))
    })
}
