//! The schedule as a table; tokio-cron-scheduler only ticks. What is due, and that it is done once,
//! the desk reads from the database.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chrono::NaiveTime;
use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use crate::desk::remind::Timing;
use crate::desk::schedule::Series;
use crate::desk::{Desk, DeskError, Mailer};

type Work = Pin<Box<dyn Future<Output = Result<(), DeskError>> + Send>>;

/// What the rounds work with besides the desk.
pub struct Plan {
    /// Reports that are published by themselves.
    pub series: Vec<Series>,
    /// From which local time on the day's audit is made.
    pub audit_at: NaiveTime,
    /// When reminders and digests go out.
    pub timing: Timing,
    /// The way out for letters; without one those about reports wait, and none about cases are
    /// written.
    pub mailer: Option<Mailer>,
}

struct Tick {
    name: &'static str,
    /// Seconds, minutes, hours, days, months, weekdays.
    cron: &'static str,
    work: fn(Desk, Arc<Plan>) -> Work,
}

const TICKS: [Tick; 7] = [
    Tick {
        name: "disk",
        cron: "* * * * * *",
        work: |desk, _| Box::pin(async move { Ok(desk.store.look_at_disk().await?) }),
    },
    Tick {
        name: "seal",
        cron: "* * * * * *",
        work: |desk, _| Box::pin(async move { desk.seal_and_tally().await }),
    },
    Tick {
        name: "mark",
        cron: "* * * * * *",
        work: |desk, _| Box::pin(async move { desk.mark_words().await }),
    },
    Tick {
        name: "schedule",
        cron: "*/5 * * * * *",
        work: |desk, plan| {
            Box::pin(async move {
                desk.run_schedule(&plan.series).await?;
                desk.sweep_files().await
            })
        },
    },
    Tick {
        name: "audit",
        cron: "*/5 * * * * *",
        work: |desk, plan| {
            Box::pin(async move { desk.audit_by_night(plan.audit_at, plan.mailer.is_some()).await })
        },
    },
    Tick {
        name: "tell",
        cron: "*/5 * * * * *",
        work: |desk, plan| {
            Box::pin(async move {
                if plan.mailer.is_none() {
                    return desk.skip_letters().await;
                }
                desk.write_letters().await?;
                desk.remind(&plan.timing).await
            })
        },
    },
    Tick {
        name: "letters",
        cron: "*/5 * * * * *",
        work: |desk, plan| {
            Box::pin(async move {
                match &plan.mailer {
                    Some(mailer) => desk.deliver(mailer).await,
                    None => Ok(()),
                }
            })
        },
    },
];

/// Starts the ticking.
pub async fn start(desk: Desk, plan: Plan, test: bool) -> Result<JobScheduler, JobSchedulerError> {
    let scheduler = JobScheduler::new().await?;
    let plan = Arc::new(plan);
    for Tick { name, cron, work } in TICKS {
        let (desk, plan) = (desk.clone(), plan.clone());
        // A tick that comes while the last one still works is let go.
        let busy = Arc::new(Mutex::new(()));
        let job = Job::new_async(cron, move |_, _| {
            let (desk, plan, busy) = (desk.clone(), plan.clone(), busy.clone());
            Box::pin(async move {
                let Ok(_busy) = busy.try_lock() else { return };
                if test && let Err(error) = desk.follow_test_clock().await {
                    tracing::warn!(error = %error, "the test clock was not read");
                }
                if let Err(error) = work(desk, plan).await {
                    // It is tried again at the next tick.
                    tracing::warn!(job = name, error = %error, "a scheduled round failed");
                }
            })
        })?;
        scheduler.add(job).await?;
    }
    scheduler.start().await?;
    Ok(scheduler)
}
