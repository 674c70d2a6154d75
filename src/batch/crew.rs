//! A worker process, seen from the batch: it is started, asked, watched, and given up.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::worker::{Answer, Hello, Job};

/// How long nobody looks whether the batch is to end.
const GLANCE: Duration = Duration::from_millis(50);

/// So many lines are kept of what a worker says while it is at a job: the first ones say why it dies.
const FIRST_WORDS: usize = 3;

/// So many letters are shown of an answer that makes no sense.
const SHOWN: usize = 200;

/// One worker.
pub(super) struct Worker {
    process: Child,
    jobs: ChildStdin,
    answers: Receiver<String>,
    listener: Option<JoinHandle<()>>,
    last_words: Arc<Mutex<Vec<String>>>,
}

/// How a job ended.
pub(super) enum Ended {
    /// As it should.
    Answered(Answer),
    /// The worker is no more, for this reason; whether the same may be hoped to go well with another.
    Died { how: String, is_chance: bool },
    /// The worker was given up after so long.
    TookTooLong(Duration),
    /// The batch is to end; the worker was stopped.
    Stopped,
}

impl Worker {
    /// Starts a worker by `command`.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn start(mut command: Command, hello: &Hello) -> io::Result<Self> {
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
        let last_words = Arc::new(Mutex::new(Vec::new()));
        let heard = last_words.clone();
        let listener = std::thread::spawn(move || {
            for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                // What a worker logs belongs among what the batch logs; where that is closed nobody reads it.
                let _ = writeln!(io::stderr().lock(), "{line}");
                let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
                if heard.len() < FIRST_WORDS {
                    heard.push(line);
                }
            }
        });
        let said = send(&mut jobs, hello);
        let worker = Self { process, jobs, answers, listener: Some(listener), last_words };
        said.map(|()| worker)
    }

    /// Has the worker do a job; `patience` is how long it may take. Unless it answered, the worker is gone.
    pub(super) fn ask(
        &mut self,
        job: &Job,
        patience: Option<Duration>,
        is_to_end: &AtomicBool,
    ) -> Ended {
        let began = Instant::now();
        self.words().clear();
        if let Err(error) = send(&mut self.jobs, job) {
            // If nobody listens any more, what follows finds out why.
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.kill();
                return Ended::Died { how: format!("cannot be told: {error}"), is_chance: false };
            }
        }
        loop {
            match self.answers.recv_timeout(GLANCE) {
                Ok(line) => {
                    return match serde_json::from_str(&line) {
                        Ok(answer) => Ended::Answered(answer),
                        Err(error) => {
                            self.kill();
                            let line: String = line.chars().take(SHOWN).collect();
                            let how = format!("answered \"{line}\": {error}");
                            Ended::Died { how, is_chance: false }
                        }
                    };
                }
                Err(RecvTimeoutError::Disconnected) => return self.post_mortem(),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if is_to_end.load(Ordering::Relaxed) {
                self.kill();
                return Ended::Stopped;
            }
            if let Some(patience) = patience.filter(|patience| began.elapsed() > *patience) {
                self.kill();
                return Ended::TookTooLong(patience);
            }
        }
    }

    fn kill(&mut self) {
        // One that is gone already need not be killed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn post_mortem(&mut self) -> Ended {
        // It may have closed its output and still be there.
        let _ = self.process.kill();
        let status = self.process.wait();
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        let is_chance = status.as_ref().is_ok_and(|status| status.code().is_none());
        let mut how = status.map_or_else(|error| error.to_string(), describe);
        let said = self.words().iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        if !is_chance && !said.is_empty() {
            how.push_str(&format!(": {said}"));
        }
        Ended::Died { how, is_chance }
    }

    fn words(&self) -> MutexGuard<'_, Vec<String>> {
        self.last_words.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker nobody needs any more is at no job.
impl Drop for Worker {
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
        Some(9) => "was killed (signal 9), as happens where memory runs out".to_owned(),
        Some(signal) => format!("was killed (signal {signal})"),
        None => format!("ended by itself ({status})"),
    }
}

#[cfg(not(unix))]
fn describe(status: ExitStatus) -> String {
    format!("ended by itself ({status})")
}
