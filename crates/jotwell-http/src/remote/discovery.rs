//! The metadata document of an issuer: OpenID Connect Discovery 1.0, RFC 8414.

use http::Response;
use serde::Deserialize;

use super::address::{Address, AddressError, Transport};
use super::error::RemoteError;
use super::fetch::DEFAULT_MAX_BYTES;
use super::keys::body;

/// An issuer, and the address of its metadata document.
#[derive(Debug)]
pub(super) struct Issuer {
    name: String,
    pub(super) document: Address,
    /// The transport that `jwks_uri` may use.
    transport: Transport,
}

/// The members that are used. Others are ignored; a duplicate of one of these is rejected.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

impl Issuer {
    /// An issuer with a document of OpenID Connect Discovery 1.0.
    pub(super) fn new(name: &str, transport: Transport) -> Result<Self, AddressError> {
        // §4: a terminating slash is removed before this is added.
        let base = name.strip_suffix('/').unwrap_or(name);
        let document = [base, "/.well-known/openid-configuration"].concat();
        Self::described_at(name, &document, transport)
    }

    /// An issuer with a document of RFC 8414.
    pub(super) fn oauth(name: &str, transport: Transport) -> Result<Self, AddressError> {
        // §3.1: between host and path, without a terminating slash.
        let base = name.strip_suffix('/').unwrap_or(name);
        let path = base.find("://").and_then(|scheme| {
            let authority = scheme.saturating_add("://".len());
            base.get(authority..)?.find('/')?.checked_add(authority)
        });
        let (host, path) = path.and_then(|at| base.split_at_checked(at)).unwrap_or((base, ""));
        let document = [host, "/.well-known/oauth-authorization-server", path].concat();
        Self::described_at(name, &document, transport)
    }

    fn described_at(name: &str, document: &str, transport: Transport) -> Result<Self, AddressError> {
        if Address::parse(name, &transport)?.has_query() {
            return Err(AddressError::Query);
        }
        let document = Address::parse(document, &transport)?;
        // Plain HTTP was allowed for issuers on this machine or in this cluster. A document that came over TLS must not
        // use it: it could make the process connect to any port of its own host.
        let transport = if document.is_https() { Transport::Https } else { transport };
        Ok(Self { name: name.to_owned(), document, transport })
    }

    /// Reads the address of the issuer's keys from the document.
    pub(super) fn read(&self, response: Response<Vec<u8>>) -> Result<Address, RemoteError> {
        let body = body(response, DEFAULT_MAX_BYTES)?;
        // serde also reads a struct from an array, and does not check text that it skips.
        let document = String::from_utf8(body).ok().filter(|text| text.trim_start().starts_with('{'));
        let metadata = document.and_then(|text| serde_json::from_str::<Metadata>(&text).ok());
        let metadata = metadata.ok_or(RemoteError::NotMetadata)?;
        // §4.3, and RFC 8414 §3.3: exactly, or one issuer could impersonate another.
        if metadata.issuer != self.name {
            return Err(RemoteError::IssuerMismatch {
                expected: self.name.clone(),
                found: shown(&metadata.issuer),
            });
        }
        Address::parse(&metadata.jwks_uri, &self.transport).map_err(RemoteError::SetAddress)
    }
}

/// Returns a part of a document from another machine, for a log: escaped, and of limited length.
fn shown(text: &str) -> String {
    const MAX: usize = 200;
    let cut = text.chars().count() > MAX;
    let shown: String = text.chars().take(MAX).flat_map(char::escape_default).collect();
    if cut { format!("{shown}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://auth.example/tenant";

    fn issuer(name: &str) -> Result<String, AddressError> {
        Issuer::new(name, Transport::Https).map(|issuer| issuer.document.uri().to_string())
    }

    fn read(document: &str) -> Result<Address, RemoteError> {
        Issuer::new(ISSUER, Transport::Https).unwrap().read(Response::new(document.into()))
    }

    #[test]
    fn the_openid_document_is_below_the_issuer() {
        let document = "https://auth.example/tenant/.well-known/openid-configuration";
        assert_eq!(issuer(ISSUER).as_deref(), Ok(document));
        assert_eq!(issuer("https://auth.example/tenant/").as_deref(), Ok(document));
        let root = "https://auth.example/.well-known/openid-configuration";
        assert_eq!(issuer("https://auth.example").as_deref(), Ok(root));
        assert_eq!(issuer("https://auth.example?tenant=1"), Err(AddressError::Query));
        assert_eq!(issuer("https://auth.example#1"), Err(AddressError::Fragment));
        assert_eq!(issuer("http://auth.example"), Err(AddressError::NotHttps));
    }

    /// RFC 8414 §3.1.
    #[test]
    fn the_oauth_document_is_between_host_and_path() {
        let issuer = |name: &str| {
            Issuer::oauth(name, Transport::Https).map(|issuer| issuer.document.uri().to_string())
        };
        let document = "https://auth.example:8443/.well-known/oauth-authorization-server/tenant/1";
        assert_eq!(issuer("https://auth.example:8443/tenant/1").as_deref(), Ok(document));
        assert_eq!(issuer("https://auth.example:8443/tenant/1/").as_deref(), Ok(document));
        let root = "https://auth.example/.well-known/oauth-authorization-server";
        assert_eq!(issuer("https://auth.example").as_deref(), Ok(root));
        assert_eq!(issuer("https://auth.example/").as_deref(), Ok(root));
        assert_eq!(issuer("https://auth.example?tenant=1/2"), Err(AddressError::Query));
        assert_eq!(issuer("https://auth.example/#1"), Err(AddressError::Fragment));
        assert_eq!(issuer("http://auth.example"), Err(AddressError::NotHttps));
        assert_eq!(issuer("auth.example/tenant"), Err(AddressError::Malformed));
    }

    #[test]
    fn the_document_names_the_address_of_the_keys() {
        let document =
            r#"{"issuer":"https://auth.example/tenant","jwks_uri":"https://keys.example/a","x":1}"#;
        assert_eq!(read(document).unwrap().uri(), "https://keys.example/a");
    }

    #[test]
    fn a_document_of_another_issuer_is_rejected() {
        for other in
            ["https://auth.example/tenant/", "https://AUTH.example/tenant", "https://auth.example", ""]
        {
            let document = format!(r#"{{"issuer":"{other}","jwks_uri":"https://keys.example/a"}}"#);
            let error = read(&document).expect_err("another issuer");
            let RemoteError::IssuerMismatch { expected, found } = &error else { panic!("{error:?}") };
            assert_eq!((expected.as_str(), found.as_str()), (ISSUER, other));
            let text = error.to_string();
            assert_eq!(text.contains("slash"), other.ends_with('/'), "{text}");
        }
    }

    #[test]
    fn text_of_a_document_is_escaped_and_truncated() {
        let document =
            format!(r#"{{"issuer":"a\n\u001b{}","jwks_uri":"https://keys.example/a"}}"#, "b".repeat(1000));
        let text = read(&document).expect_err("another issuer").to_string();
        assert!(text.contains(r"a\n\u{1b}b") && text.len() < 600, "{text}");
    }

    #[test]
    fn the_address_of_the_keys_has_the_same_rules() {
        let document = r#"{"issuer":"https://auth.example/tenant","jwks_uri":"http://127.0.0.1/a"}"#;
        assert!(matches!(read(document), Err(RemoteError::SetAddress(AddressError::NotHttps))));
    }

    #[test]
    fn a_document_over_tls_cannot_name_plain_http_on_loopback() {
        let read = |issuer: &str, uri: &str| {
            let document = format!(r#"{{"issuer":"{issuer}","jwks_uri":"{uri}"}}"#);
            let issuer = Issuer::new(issuer, Transport::PlainOnLoopback).unwrap();
            issuer.read(Response::new(document.into())).map(drop)
        };
        for issuer in [ISSUER, "HTTPS://auth.example", "https://127.0.0.1:8443"] {
            for uri in ["http://127.0.0.1/a", "http://[::1]:6379/", "HTTP://127.0.0.1/a"] {
                let error = read(issuer, uri);
                assert!(
                    matches!(error, Err(RemoteError::SetAddress(AddressError::NotHttps))),
                    "{issuer} {uri}: {error:?}"
                );
            }
            assert!(read(issuer, "https://127.0.0.1/a").is_ok(), "{issuer}");
        }
        // An issuer that itself uses plain HTTP names its keys there.
        assert!(read("http://127.0.0.1:8080", "http://127.0.0.1:8080/keys").is_ok());
    }

    #[test]
    fn other_documents_are_rejected() {
        for document in [
            "",
            "[]",
            r#"["https://auth.example/tenant","https://keys.example/a"]"#,
            "<html>",
            r#"{"issuer":"https://auth.example/tenant"}"#,
            r#"{"jwks_uri":"https://keys.example/a"}"#,
            r#"{"issuer":"https://auth.example/tenant","jwks_uri":7}"#,
            r#"{"issuer":"https://auth.example/tenant","jwks_uri":"https://keys.example/a"} {}"#,
            r#"{"issuer":"https://auth.example/tenant","jwks_uri":"https://keys.example/a","jwks_uri":"https://b.example"}"#,
        ] {
            assert!(matches!(read(document), Err(RemoteError::NotMetadata)), "{document}");
        }
        let mut not_text =
            br#"{"issuer":"https://auth.example/tenant","jwks_uri":"https://keys.example/a","x":"?"}"#
                .to_vec();
        *not_text.iter_mut().rfind(|byte| **byte == b'?').unwrap() = 0xff;
        let issuer = Issuer::new(ISSUER, Transport::Https).unwrap();
        assert!(matches!(issuer.read(Response::new(not_text)), Err(RemoteError::NotMetadata)));
    }
}
