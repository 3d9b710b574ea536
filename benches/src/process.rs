//! What this process has used so far (Linux).

use std::error::Error;

/// CPU seconds of all threads that still run.
///
/// # Errors
/// Where `/proc` is not there.
pub fn cpu_s() -> Result<f64, Box<dyn Error>> {
    let mut ns = 0.0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(task?.path().join("schedstat"))?;
        ns += text.split_whitespace().next().unwrap_or_default().parse::<f64>()?;
    }
    Ok(ns / 1e9)
}

/// Largest memory, MB.
///
/// # Errors
/// Where `/proc` is not there.
pub fn peak_mb() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or_default();
    Ok(line.split_whitespace().nth(1).and_then(|v| v.parse::<u64>().ok()).unwrap_or(0) / 1024)
}
