//! `jotwell inspect`: shows the content of a token without verifying it.

use jotwell::{Claims, NumericDate, RegisteredClaim, UnverifiedToken, VerifyError, base64url};

use crate::args::{MaxLength, TokenArgument};
use crate::failure::{Failure, reason};
use crate::printable::printable;
use crate::style::{self, Paint};
use crate::{json, output, time};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  jotwell inspect --unverified token
  jotwell inspect --unverified

The second one waits for a token to be pasted; `Bearer `, quotes and line ends are left out.")]
pub(crate) struct Args {
    #[command(flatten)]
    token: TokenArgument,
    #[command(flatten)]
    max_length: MaxLength,
    /// I know that the sender of the token may have written all of it
    #[arg(long)]
    unverified: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const NOT_VERIFIED: &str = "NOT VERIFIED: the sender of this token may have written all of it";

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if !args.unverified {
        return Err(Failure::misuse(
            "inspecting verifies nothing: the sender of the token may have written it",
        )
        .hint("say that you know with --unverified")
        .hint("or verify it: jotwell verify"));
    }
    let token = args.token.read_compact()?;
    if let Some(encrypted) = Encrypted::of(&token) {
        return output::print(&match args.json {
            true => json::indent(&encrypted.as_json(&token)),
            false => encrypted.for_people(&token, Paint::for_stdout()),
        });
    }
    let now = time::now();
    let parts = Parts::of(&token, args.max_length.max_length);
    output::print(&match args.json {
        true => json::indent(&parts.as_json(&token)),
        false => parts.for_people(&token, now, Paint::for_stdout()),
    })
}

/// What can be read of a token, even of one that every verifier rejects.
struct Parts {
    /// Header and payload, if they are JSON.
    header: Option<String>,
    payload: Option<String>,
    signature: Option<usize>,
    dates: Vec<(RegisteredClaim, NumericDate)>,
    /// Why every verifier rejects it, with any key.
    problem: Option<VerifyError>,
}

impl Parts {
    fn of(token: &str, max_length: usize) -> Self {
        let mut parts = token.split('.').map(|part| base64url::decode(part).ok());
        let mut json = || {
            let text = String::from_utf8(parts.next()??).ok()?;
            json::is_json(&text).then_some(text)
        };
        let (header, payload) = (json(), json());
        let signature = parts.next().flatten().map(|signature| signature.len());
        let claims = UnverifiedToken::parse_up_to(max_length, token)
            .and_then(|token| token.claims_without_verification::<Claims>());
        let dates = claims.as_ref().map_or(Vec::new(), |claims| {
            [
                (RegisteredClaim::IssuedAt, claims.issued_at),
                (RegisteredClaim::NotBefore, claims.not_before),
                (RegisteredClaim::ExpirationTime, claims.expires_at),
            ]
            .into_iter()
            .filter_map(|(claim, date)| Some((claim, date?)))
            .collect()
        });
        Self { header, payload, signature, dates, problem: claims.err() }
    }

    fn for_people(&self, token: &str, now: NumericDate, paint: Paint) -> String {
        let styles = [style::HEADER, style::PAYLOAD, style::SIGNATURE];
        let text: Vec<_> = token
            .split('.')
            .enumerate()
            .map(|(index, part)| {
                let style = styles.get(index).copied().unwrap_or(style::BAD);
                paint.with(style, &printable(part))
            })
            .collect();
        let shown = |json: &Option<String>, style| match json {
            // No verifier reads it.
            Some(json) if json::is_too_deep(json) => paint.with(style, &printable(json)),
            Some(json) => paint.with(style, &json::indent(json)),
            None => "(not base64url of JSON)".to_owned(),
        };
        let mut lines = vec![
            paint.with(style::BAD, NOT_VERIFIED),
            String::new(),
            text.join("."),
            String::new(),
            "header".to_owned(),
            shown(&self.header, style::HEADER),
            String::new(),
            "payload".to_owned(),
            shown(&self.payload, style::PAYLOAD),
            String::new(),
        ];
        for (claim, date) in &self.dates {
            lines.push(format!("{:<10} {}", claim.name(), render_date(*claim, *date, now, paint)));
        }
        let signature = match self.signature {
            Some(length) => format!("{length} bytes, not verified"),
            None => "(not base64url)".to_owned(),
        };
        lines.push(format!("{:<10} {}", "signature", paint.with(style::SIGNATURE, &signature)));
        lines.push(format!("{:<10} {} bytes", "size", token.len()));
        if let Some(problem) = &self.problem {
            let problem = format!("every verifier rejects it: {}", reason(problem));
            lines.push(format!("{:<10} {}", "problem", paint.with(style::BAD, &problem)));
        }
        lines.join("\n")
    }

    fn as_json(&self, token: &str) -> String {
        let or_null = |json: &Option<String>| json.clone().unwrap_or_else(|| "null".to_owned());
        let dates: Vec<_> = self
            .dates
            .iter()
            .map(|(claim, date)| {
                format!("{}:{}", json::string(claim.name()), json::string(&time::rfc3339(*date)))
            })
            .collect();
        let problem =
            self.problem.as_ref().map_or("null".to_owned(), |problem| json::string(&reason(problem)));
        format!(
            "{{\"verified\":false,\"header\":{},\"payload\":{},\"dates\":{{{}}},\"signature_bytes\":{},\"size\":{},\"problem\":{problem}}}",
            or_null(&self.header),
            or_null(&self.payload),
            dates.join(","),
            self.signature.map_or("null".to_owned(), |length| length.to_string()),
            token.len(),
        )
    }
}

/// What can be read of a token of five parts without a key: its header, and the length of the rest.
struct Encrypted {
    /// If it is JSON.
    header: Option<String>,
    /// The lengths in bytes of the parts after the header, if they are base64url.
    lengths: [Option<usize>; 4],
}

const PARTS: [&str; 4] = ["encrypted_key", "iv", "ciphertext", "tag"];
const ENCRYPTED: &str = "the content is encrypted: without its key only its length can be seen";

impl Encrypted {
    fn of(token: &str) -> Option<Self> {
        let parts: Vec<_> = token.split('.').map(|part| base64url::decode(part).ok()).collect();
        let [header, encrypted_key, iv, ciphertext, tag] = parts.as_slice() else { return None };
        let header = header.as_ref().and_then(|header| String::from_utf8(header.clone()).ok());
        let lengths = [encrypted_key, iv, ciphertext, tag].map(|part| part.as_ref().map(Vec::len));
        Some(Self { header: header.filter(|text| json::is_json(text)), lengths })
    }

    fn for_people(&self, token: &str, paint: Paint) -> String {
        let header = match &self.header {
            Some(json) if json::is_too_deep(json) => paint.with(style::HEADER, &printable(json)),
            Some(json) => paint.with(style::HEADER, &json::indent(json)),
            None => "(not base64url of JSON)".to_owned(),
        };
        let mut lines = vec![
            paint.with(style::BAD, NOT_VERIFIED),
            String::new(),
            printable(token),
            String::new(),
            "header".to_owned(),
            header,
            String::new(),
            ENCRYPTED.to_owned(),
        ];
        for (name, length) in PARTS.iter().zip(self.lengths) {
            let length = length.map_or("(not base64url)".to_owned(), |length| format!("{length} bytes"));
            lines.push(format!("{name:<13} {length}"));
        }
        lines.push(format!("{:<13} {} bytes", "size", token.len()));
        lines.join("\n")
    }

    fn as_json(&self, token: &str) -> String {
        let header = self.header.clone().unwrap_or_else(|| "null".to_owned());
        let lengths = PARTS.iter().zip(self.lengths).map(|(name, length)| {
            let length = length.map_or("null".to_owned(), |length| length.to_string());
            format!(",\"{name}_bytes\":{length}")
        });
        format!(
            "{{\"verified\":false,\"encrypted\":true,\"header\":{header}{},\"size\":{}}}",
            lengths.collect::<String>(),
            token.len()
        )
    }
}

fn render_date(claim: RegisteredClaim, date: NumericDate, now: NumericDate, paint: Paint) -> String {
    let relative = time::relative(date, now);
    let relative = match claim {
        RegisteredClaim::ExpirationTime if date <= now => {
            paint.with(style::BAD, &format!("expired {relative}"))
        }
        RegisteredClaim::NotBefore if date > now => paint.with(style::BAD, &relative),
        _ => relative,
    };
    format!("{}  {relative}", time::rfc3339(date))
}
