//! The example API under valid and malicious requests for a long time, while its stores are killed and restarted.
//!
//! ```sh
//! cargo bench -p jotwell-http --bench soak --features redb,redis -- 1200
//! ```
//!
//! The argument is the duration in seconds. Defaults to 1200. Needs `redis-server` and Linux. Two instances run: one
//! with its sessions in a Redis that is killed, or hangs, and recovers, while the instance itself runs on; and one on
//! redb that is itself killed. The program fails if a response was wrong, if the first instance's memory grew, or if a
//! service did not recover soon.

#![forbid(unsafe_code)]

mod client;
mod service;
mod tally;

#[path = "../../tests/servers/example/mod.rs"]
mod example;
#[path = "../../tests/servers/stores_common/mod.rs"]
mod stores_common;

use std::error::Error;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use client::{Client, Role};
use service::{Footprint, Service};
use stores_common::RedisServer;
use tally::Tally;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Per instance, in addition to the administrator and the client that waits for tokens to expire.
const MEMBERS: u64 = 8;
/// How long a store is unavailable.
const AWAY: Duration = Duration::from_secs(3);
/// A service must recover within this time after its store has.
const BACK_WITHIN: Duration = Duration::from_secs(10);
/// The number of faults in the whole run.
const TROUBLES: u32 = 16;

/// The fault, and its instance.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    RedisKilled,
    InstanceKilled,
    RedisHangs,
}

#[tokio::main]
async fn main() -> Result<()> {
    // cargo adds its own argument.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let seconds: u64 = arguments.next().as_deref().unwrap_or("1200").parse()?;
    let length = Duration::from_secs(seconds.max(60));
    build_example()?;

    let mut redis = RedisServer::start().await.ok_or("there is no redis-server here")?;
    let lasting = Arc::new(Service::start("ES256", &redis.url()).await?);
    let killed = Arc::new(Service::start("EdDSA", "redb").await?);
    let tally = Arc::new(Tally::default());
    let end = Instant::now() + length;

    let mut clients = tokio::task::JoinSet::new();
    for service in [&lasting, &killed] {
        let parts = [Role::Administrator, Role::Waiting].into_iter();
        for (number, part) in (0..).zip(parts.chain((0..MEMBERS).map(|_| Role::Member))) {
            let client = Client::new(service.clone(), tally.clone(), number);
            clients.spawn(client.live(part, end));
        }
    }
    let watch = tokio::spawn(watch(lasting.clone(), end));

    let mut longest = Duration::ZERO;
    let mut troubles = 0;
    let every = (length / TROUBLES).max(Duration::from_secs(10));
    let kinds = [Trouble::RedisKilled, Trouble::InstanceKilled, Trouble::RedisHangs];
    for trouble in kinds.into_iter().cycle() {
        // The last one must be over before the end.
        if Instant::now() + every + AWAY + BACK_WITHIN > end {
            break;
        }
        tokio::time::sleep(every).await;
        let back = make(trouble, &mut redis, &lasting, &killed).await?;
        println!("{trouble:?}: back after {back:.1?}");
        (longest, troubles) = (longest.max(back), troubles + 1);
    }
    while let Some(ended) = clients.join_next().await {
        ended?;
    }
    let footprints = watch.await??;

    println!(
        "\n{troubles} troubles in {length:?}, after the longest of which a service was back in {longest:.1?}"
    );
    println!("{tally}");
    let grown = growth(&footprints);
    if tally.wrong() > 0 {
        return Err(format!("{} wrong responses", tally.wrong()).into());
    }
    if tally.is_onesided() {
        return Err("a required response never arrived, so nothing was tested".into());
    }
    if let Some(grown) = grown {
        return Err(grown.into());
    }
    if longest > BACK_WITHIN {
        return Err("a service was away for too long".into());
    }
    Ok(())
}

/// In the folder of this program.
fn build_example() -> Result<()> {
    let own = std::env::current_exe()?;
    let target = own.ancestors().nth(3).ok_or("target/release/deps")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--release", "-p", "jotwell-http", "--example", "api", "--target-dir"]);
    if build.arg(target).status()?.success() { Ok(()) } else { Err("the example does not build".into()) }
}

/// Waits until the service responds again, and returns how long that took since its store has recovered.
async fn make(
    trouble: Trouble,
    redis: &mut RedisServer,
    lasting: &Service,
    killed: &Service,
) -> Result<Duration> {
    let service = if matches!(trouble, Trouble::InstanceKilled) { killed } else { lasting };
    service.trouble_begins();
    match trouble {
        Trouble::RedisKilled => {
            redis.kill();
            tokio::time::sleep(AWAY).await;
            redis.restart().await;
        }
        Trouble::RedisHangs => {
            let client = redis::Client::open(redis.url())?;
            let mut connection = client.get_multiplexed_async_connection().await?;
            let pause = AWAY.as_millis().to_string();
            redis::cmd("CLIENT").arg("PAUSE").arg(pause).arg("ALL").exec_async(&mut connection).await?;
            tokio::time::sleep(AWAY).await;
        }
        Trouble::InstanceKilled => service.kill_and_restart(),
    }
    let start = Instant::now();
    while !service.answers().await {
        if start.elapsed() > BACK_WITHIN * 3 {
            return Err(format!("{trouble:?}: the service does not come back").into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let back = start.elapsed();
    // Requests detect broken connections.
    tokio::time::sleep(Duration::from_secs(1)).await;
    service.trouble_ends();
    Ok(back)
}

/// Records the resources of the instance every second.
async fn watch(service: Arc<Service>, end: Instant) -> Result<Vec<Footprint>> {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    let mut footprints = Vec::new();
    while Instant::now() < end {
        seconds.tick().await;
        footprints.push(service.footprint()?);
    }
    Ok(footprints)
}

/// Prints the resources of the instance, and whether they grew. The first quarter is for warming up; the median of the
/// second is compared with that of the last, which may be a twentieth and a constant higher.
fn growth(footprints: &[Footprint]) -> Option<String> {
    let quarter = footprints.len() / 4;
    let median = |number: usize, of: fn(&Footprint) -> u64| {
        let mut values: Vec<_> = footprints.iter().skip(number * quarter).take(quarter).map(of).collect();
        values.sort_unstable();
        values.get(quarter / 2).copied().unwrap_or_default()
    };
    let mut grown = None;
    let memory: fn(&Footprint) -> u64 = |footprint| footprint.resident_kib;
    let files: fn(&Footprint) -> u64 = |footprint| footprint.files;
    for (name, of, allowance) in [("KiB of memory", memory, 2048), ("open files", files, 8)] {
        let quarters = [0, 1, 2, 3].map(|number| median(number, of));
        let most = footprints.iter().map(of).max().unwrap_or_default();
        println!("{name} of the instance that lasts, median of each quarter: {quarters:?}, most {most}");
        let [_, early, _, late] = quarters;
        if late > early + early / 20 + allowance {
            grown = Some(format!("{name} grew from {early} to {late}"));
        }
    }
    grown
}
