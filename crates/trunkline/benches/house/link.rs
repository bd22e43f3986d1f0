//! Requests and answers on links, against a bare TCP echo server in a process of its own too.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::application::{Application, PATIENCE};
use crate::figures::{Times, median, micros};
use crate::process::{Process, Usage, until_told};
use crate::server::Server;
use crate::{AS_ECHO, Plan};

/// Round trips of a round.
const TRIPS: usize = 5_000;
/// Round trips before the first, for caches.
const WARM: usize = 500;
/// Requests sent without waiting for answers.
const PIPELINED: usize = 100_000;
/// Requests written at a time then.
const BATCH: usize = 500;

pub fn measure(plan: &Plan) {
    let server = Server::start(SocketAddr::from(([127, 0, 7, 2], 9)));
    let request = request();
    let mut server_end = connect(server.link);
    let answer = answer_length(&mut server_end, &request);
    let echo = Process::start(&[AS_ECHO, &request.len().to_string(), &answer.to_string()]);
    let mut echo_end = connect(echo.word.parse().expect("an address"));
    for end in [&mut server_end, &mut echo_end] {
        trips(end, &request, answer, WARM, Duration::ZERO);
    }
    round_trips(plan, &request, answer, &mut server_end, &mut echo_end);
    pipelined(plan, &request, answer, &[(&server.process, server_end), (&echo, echo_end)]);
    idle(plan, &server);
}

fn round_trips(plan: &Plan, request: &[u8], answer: usize, server: &mut TcpStream, echo: &mut TcpStream) {
    let mut rounds = Vec::new();
    for _ in 0..plan.rounds {
        let [server, echo] =
            [&mut *server, &mut *echo].map(|end| trips(end, request, answer, TRIPS, Duration::ZERO));
        rounds.push([server.within(0.5), server.within(0.99), echo.within(0.5), echo.within(0.99)]);
    }
    let column = |n: usize| median(rounds.iter().map(|round| round[n]).collect());
    let ratio = |n: usize| median(rounds.iter().map(|round| round[n] / round[n + 2]).collect());
    println!(
        "  round trip p50 {:.0} µs (target 80), echo {:.0}, ratio {:.2}",
        column(0),
        column(2),
        ratio(0)
    );
    println!(
        "  round trip p99 {:.0} µs (target 200), echo {:.0}, ratio {:.2}",
        column(1),
        column(3),
        ratio(1)
    );
}

/// Sends a request, reads its answer, rests, and so on.
pub fn trips(stream: &mut TcpStream, request: &[u8], answer: usize, count: usize, rest: Duration) -> Times {
    let mut buffer = vec![0; answer];
    let mut trip = || {
        let began = Instant::now();
        stream.write_all(request).expect("the far end reads");
        stream.read_exact(&mut buffer).expect("the far end answers");
        let took = began.elapsed();
        if !rest.is_zero() {
            std::thread::sleep(rest);
        }
        took
    };
    Times::new((0..count).map(|_| trip()).collect())
}

fn pipelined(plan: &Plan, request: &[u8], answer: usize, ends: &[(&Process, TcpStream); 2]) {
    let mut figures = [const { Vec::new() }; 2];
    let mut shares: [Option<Usage>; 2] = [None, None];
    for _ in 0..plan.rounds {
        for (n, (process, stream)) in ends.iter().enumerate() {
            let (usage, took) = flood(process, stream, request, answer);
            figures[n]
                .push([PIPELINED as f64 / took.as_secs_f64(), micros(usage.total()) / PIPELINED as f64]);
            shares[n] = Some(usage);
        }
    }
    for (name, rounds, usage) in [("server", &figures[0], &shares[0]), ("echo", &figures[1], &shares[1])] {
        let [pace, cpu] = [0, 1].map(|n| median(rounds.iter().map(|round| round[n]).collect()));
        let last = usage.as_ref().expect("at least one round").each(PIPELINED as f64);
        println!(
            "  pipelined, {name}: {pace:.0} requests/s (target 100000), CPU {cpu:.2} µs a request; last round {last}"
        );
    }
}

/// Sends all the requests as fast as they are taken, and reads all their answers.
fn flood(process: &Process, stream: &TcpStream, request: &[u8], answer: usize) -> (Usage, Duration) {
    let batch = request.repeat(BATCH);
    let before = process.usage();
    let began = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = stream;
            for _ in 0..PIPELINED / BATCH {
                stream.write_all(&batch).expect("the far end reads");
            }
        });
        let answers = io::copy(&mut stream.take((answer * PIPELINED) as u64), &mut io::sink());
        assert_eq!(answers.expect("the far end answers"), (answer * PIPELINED) as u64);
    });
    (process.usage().since(&before), began.elapsed())
}

fn idle(plan: &Plan, server: &Server) {
    let before = server.process.resident();
    let links: Vec<TcpStream> = std::iter::repeat_with(|| TcpStream::connect(server.link))
        .map_while(Result::ok)
        .take(plan.connections)
        .collect();
    let end = Instant::now() + PATIENCE;
    while (server.status().links as usize) < links.len() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(50));
    }
    let each = (server.process.resident() - before) / links.len().max(1) as f64;
    println!("  idle links: {} connected, {each:.0} octets of memory each", links.len());
    if links.len() < plan.connections {
        println!("  (the limit of open files, ulimit -n, allows no more)");
    }
}

/// A question about a port, as long every time.
pub fn request() -> Vec<u8> {
    b"<APP_TRUNK_STATUS>\n<INFO MSGID=\"ST-30001\" TRUNK_PORT=\"7\">\n</INFO>\n</APP_TRUNK_STATUS>\n".to_vec()
}

/// How long the server's answers to this request are.
pub fn answer_length(stream: &mut TcpStream, request: &[u8]) -> usize {
    let mut buffer = [0; 1_024];
    stream.write_all(request).expect("the server reads");
    let read = stream.read(&mut buffer).expect("the server answers");
    assert!(buffer[..read].ends_with(b"</APP_TRUNK_STATUS>\n"), "an answer comes in one piece");
    read
}

pub fn connect(to: SocketAddr) -> TcpStream {
    Application::connect(to).stream
}

/// The other process: for so many octets it sends so many, and looks at none.
pub fn echo(request: usize, answer: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.spawn(async move {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        println!("{}", listener.local_addr().expect("a bound socket"));
        let (mut stream, _) = listener.accept().await.expect("who started us connects");
        stream.set_nodelay(true).expect("a socket of ours");
        let (mut buffer, answers) = (vec![0; 65_536], vec![b'x'; (65_536 / request + 1) * answer]);
        let mut owed = 0;
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            owed += read;
            if stream.write_all(&answers[..owed / request * answer]).await.is_err() {
                return;
            }
            owed %= request;
        }
    });
    runtime.block_on(async { tokio::task::spawn_blocking(until_told).await.expect("the input ends") });
}
