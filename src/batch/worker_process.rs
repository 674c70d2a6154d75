//! Starts a worker process, gives it jobs, watches it and stops it. The batch uses this module.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::worker::{Answer, Job, WorkerSetup};

/// Time between two checks of the flag that requests a stop.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Number of lines of a worker's standard error that are kept for a job. The first lines give the
/// reason why a worker process died.
const STDERR_LINES_KEPT: usize = 3;

/// Maximum number of characters that a message shows of an answer that cannot be parsed.
const ANSWER_CHARS_MAX: usize = 200;

/// A running worker process.
pub(super) struct WorkerProcess {
    process: Child,
    jobs: ChildStdin,
    answers: Receiver<String>,
    stderr_reader: Option<JoinHandle<()>>,
    stderr_lines: Arc<Mutex<Vec<String>>>,
}

/// The way in which a job ended.
pub(super) enum JobEnd {
    /// The worker process answered.
    Answered(Answer),
    /// The worker process ended. If `may_retry` is true, a signal killed it, so another worker
    /// process may succeed.
    Died { reason: String, may_retry: bool },
    /// The worker process was stopped after this time.
    TookTooLong(Duration),
    /// The batch was asked to stop, and stopped the worker process.
    Stopped,
}

impl WorkerProcess {
    /// Starts the process `command` and sends `setup` to it.
    ///
    /// # Errors
    /// The process cannot be started or does not accept the setup.
    pub(super) fn start(mut command: Command, setup: &WorkerSetup) -> io::Result<Self> {
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (Some(mut jobs), Some(stdout), Some(stderr)) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take())
        else {
            unreachable!("all three are piped");
        };
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let stderr_lines = Arc::new(Mutex::new(Vec::new()));
        let kept = stderr_lines.clone();
        let stderr_reader = std::thread::spawn(move || {
            for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                // The log of a worker process is part of the log of the batch.
                let _ = writeln!(io::stderr().lock(), "{line}");
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() < STDERR_LINES_KEPT {
                    kept.push(line);
                }
            }
        });
        let sent = send(&mut jobs, setup);
        let worker =
            Self { process, jobs, answers, stderr_reader: Some(stderr_reader), stderr_lines };
        sent.map(|()| worker)
    }

    /// Gives a job to the worker process and waits for the answer, at most for `timeout`. If there
    /// is no answer, the process no longer runs.
    pub(super) fn ask(
        &mut self,
        job: &Job,
        timeout: Option<Duration>,
        stop_requested: &AtomicBool,
    ) -> JobEnd {
        let began = Instant::now();
        self.first_lines().clear();
        if let Err(error) = send(&mut self.jobs, job) {
            // A closed pipe means that the worker process has ended; the loop below finds the
            // reason.
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.kill();
                return JobEnd::Died {
                    reason: format!("could not read its job: {error}"),
                    may_retry: false,
                };
            }
        }
        loop {
            match self.answers.recv_timeout(POLL_INTERVAL) {
                Ok(line) => {
                    return match serde_json::from_str(&line) {
                        Ok(answer) => JobEnd::Answered(answer),
                        Err(error) => {
                            self.kill();
                            let line: String = line.chars().take(ANSWER_CHARS_MAX).collect();
                            let reason = format!("answered \"{line}\": {error}");
                            JobEnd::Died { reason, may_retry: false }
                        }
                    };
                }
                Err(RecvTimeoutError::Disconnected) => return self.exit_reason(),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if stop_requested.load(Ordering::Relaxed) {
                self.kill();
                return JobEnd::Stopped;
            }
            if let Some(timeout) = timeout.filter(|timeout| began.elapsed() > *timeout) {
                self.kill();
                return JobEnd::TookTooLong(timeout);
            }
        }
    }

    fn kill(&mut self) {
        // Both calls fail only if the process has already ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Stops the worker process. Returns its exit status with the first lines of its standard
    /// error.
    fn exit_reason(&mut self) -> JobEnd {
        // The process may still run after it closed its output.
        let _ = self.process.kill();
        let status = self.process.wait();
        if let Some(stderr_reader) = self.stderr_reader.take() {
            let _ = stderr_reader.join();
        }
        let may_retry = status.as_ref().is_ok_and(|status| status.code().is_none());
        let mut reason = status.map_or_else(|error| error.to_string(), describe);
        let lines = self.first_lines().iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        if !may_retry && !lines.is_empty() {
            reason.push_str(&format!(": {lines}"));
        }
        JobEnd::Died { reason, may_retry }
    }

    fn first_lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.stderr_lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

fn send(jobs: &mut ChildStdin, message: &impl serde::Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    jobs.write_all(&line)
}

#[cfg(unix)]
fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match status.signal() {
        Some(9) => "was killed (signal 9), as happens when memory runs out".to_owned(),
        Some(signal) => format!("was killed (signal {signal})"),
        None => format!("ended ({status})"),
    }
}

#[cfg(not(unix))]
fn describe(status: ExitStatus) -> String {
    format!("ended ({status})")
}
