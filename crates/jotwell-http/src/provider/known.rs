//! The providers with a key set, each with the checks that distinguish its tokens.

use http::HeaderName;
use jotwell::{Audience, Issuer, VerifyError};
use serde::Deserialize;

use super::{KeyPlace, Provider, facts};

fn reject(reason: &'static str) -> Result<(), VerifyError> {
    Err(VerifyError::CustomCheck { reason })
}

/// The claim in which [`keycloak`] finds the roles for [`RequireRole`](crate::RequireRole). The two are never mixed: a
/// client's `admin` is not the realm's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeycloakRoles {
    /// `realm_access.roles`.
    Realm,
    /// `resource_access.{client}.roles`, of this client.
    Client(String),
}

/// Access tokens of Keycloak. `realm` is the issuer, as in `https://sso.example/realms/shop`.
///
/// The tokens contain the audience if the client has a client scope with an audience mapper. ID tokens and refresh
/// tokens, which are signed with the same keys, are rejected by the claim `typ`.
#[must_use]
pub fn keycloak(realm: &str, audience: &str, roles: KeycloakRoles) -> Provider {
    #[derive(Deserialize)]
    struct Claims {
        typ: Option<String>,
    }

    let keys = KeyPlace::Discovery(realm.to_owned());
    let provider = Provider::new(&facts::KEYCLOAK, keys, Issuer::is(realm), Audience::is(audience));
    let provider = provider.checking(|claims: &Claims| match claims.typ.as_deref() {
        Some("Bearer") => Ok(()),
        _ => reject("the claim `typ` is not `Bearer`, so this is not an access token of Keycloak"),
    });
    let roles = match roles {
        KeycloakRoles::Realm => vec!["realm_access".to_owned(), "roles".to_owned()],
        KeycloakRoles::Client(client) => vec!["resource_access".to_owned(), client, "roles".to_owned()],
    };
    Provider { roles, ..provider }
}

/// The tenants whose users [`entra`] accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntraTenants {
    /// Users of the tenant with this ID, a UUID in lower case.
    One(String),
    /// Users of these tenants.
    AnyOf(Vec<String>),
    /// Users of every tenant in the world. Check `tid` before you grant access to anything.
    Any,
}

/// Access tokens of version 2.0 of Microsoft Entra ID. `audience` is the ID of the API's application.
///
/// The issuer must be that of the tenant in `tid`. Roles are app roles; scopes are in `scp`, which tokens of
/// applications do not have. ID tokens, which have the same `typ` and can have the same audience, are rejected because
/// they have no `azp`.
#[must_use]
pub fn entra(tenants: EntraTenants, audience: &str) -> Provider {
    #[derive(Deserialize)]
    struct Claims {
        iss: String,
        tid: String,
        ver: String,
    }

    fn issuer(tenant: &str) -> String {
        format!("https://login.microsoftonline.com/{tenant}/v2.0")
    }

    let (issuers, authority) = match &tenants {
        EntraTenants::One(tenant) => (Issuer::is(issuer(tenant)), tenant.as_str()),
        EntraTenants::AnyOf(tenants) => {
            (Issuer::any_of(tenants.iter().map(|one| issuer(one))), "organizations")
        }
        EntraTenants::Any => (Issuer::unchecked(), "common"),
    };
    let keys = format!("https://login.microsoftonline.com/{authority}/discovery/v2.0/keys");
    Provider::new(&facts::ENTRA, KeyPlace::Url(keys), issuers, Audience::is(audience))
        .requiring(&["azp", "tid", "iss"])
        .checking(|claims: &Claims| {
            if claims.ver != "2.0" {
                return reject("`ver` is not `2.0`; set the token version of the API's registration to 2");
            }
            if !is_uuid(&claims.tid) || claims.iss != issuer(&claims.tid) {
                return reject("`iss` is not the issuer of the tenant in `tid`");
            }
            Ok(())
        })
}

/// Access tokens of a user pool of Amazon Cognito, for these app clients. Without any client, every token is rejected.
///
/// They have no `aud`; `client_id` and `token_use` are checked instead. Groups are roles.
#[must_use]
pub fn cognito<C: Into<String>>(
    region: &str,
    user_pool: &str,
    clients: impl IntoIterator<Item = C>,
) -> Provider {
    #[derive(Deserialize)]
    struct Claims {
        token_use: Option<String>,
        client_id: Option<String>,
    }

    let issuer = format!("https://cognito-idp.{region}.amazonaws.com/{user_pool}");
    let clients: Vec<String> = clients.into_iter().map(Into::into).collect();
    let keys = KeyPlace::Url(format!("{issuer}/.well-known/jwks.json"));
    Provider::new(&facts::COGNITO, keys, Issuer::is(issuer), Audience::unchecked()).checking(
        move |claims: &Claims| {
            if claims.token_use.as_deref() != Some("access") {
                return reject("`token_use` is not `access`; send the access token, not the ID token");
            }
            match &claims.client_id {
                Some(client) if clients.contains(client) => Ok(()),
                _ => reject("`client_id` is not one of the accepted app clients"),
            }
        },
    )
}

/// Access tokens of an Auth0 tenant, of either profile. `domain` is the tenant's domain or a custom domain, such as
/// `shop.eu.auth0.com`; `audience` is the identifier of the API.
///
/// Permissions are roles, if the API adds them to its tokens. ID tokens are for the client, so they have another
/// audience.
#[must_use]
pub fn auth0(domain: &str, audience: &str) -> Provider {
    let issuer = format!("https://{domain}/");
    Provider::new(
        &facts::AUTH0,
        KeyPlace::Discovery(issuer.clone()),
        Issuer::is(issuer),
        Audience::is(audience),
    )
}

/// Access tokens of a custom authorization server of Okta. `issuer` is its URL, such as
/// `https://shop.okta.com/oauth2/default`.
///
/// Groups are roles, if the server adds the claim `groups`. ID tokens are rejected because they have no `cid`. Tokens
/// of the organization's own authorization server are only for Okta, and Okta may change them.
#[must_use]
pub fn okta(issuer: &str, audience: &str) -> Provider {
    let keys = KeyPlace::Discovery(issuer.to_owned());
    Provider::new(&facts::OKTA, keys, Issuer::is(issuer), Audience::is(audience)).requiring(&["cid"])
}

/// ID tokens of Google, for this client ID. With a hosted domain, only accounts of that organization are accepted.
///
/// Google's access tokens are not JWTs. Identify an account by `sub`; an e-mail address can be reassigned.
#[must_use]
pub fn google(client: &str, hosted_domain: Option<&str>) -> Provider {
    #[derive(Deserialize)]
    struct Claims {
        hd: Option<String>,
    }

    let keys = KeyPlace::Url("https://www.googleapis.com/oauth2/v3/certs".to_owned());
    let issuer = Issuer::any_of(["https://accounts.google.com", "accounts.google.com"]);
    let hosted_domain = hosted_domain.map(str::to_owned);
    Provider::new(&facts::GOOGLE, keys, issuer, Audience::is(client)).requiring(&["sub"]).checking(
        move |claims: &Claims| match &hosted_domain {
            Some(domain) if claims.hd.as_ref() != Some(domain) => {
                reject("`hd` is not the accepted hosted domain")
            }
            _ => Ok(()),
        },
    )
}

/// ID tokens of Firebase Authentication, for this project. The keys are a map of certificates by `kid`.
///
/// Roles are the custom claim `roles`, if your backend sets it.
#[must_use]
pub fn firebase(project: &str) -> Provider {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
    }

    let keys = "https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";
    let issuer = Issuer::is(format!("https://securetoken.google.com/{project}"));
    Provider::new(&facts::FIREBASE, KeyPlace::Certificates(keys.to_owned()), issuer, Audience::is(project))
        .requiring(&["sub", "auth_time"])
        .checking(|claims: &Claims| if claims.sub.is_empty() { reject("`sub` is empty") } else { Ok(()) })
}

/// Tokens of jobs of GitHub Actions in this repository, such as `octo-org/octo-repo`. The job chooses the audience.
///
/// Anyone can have a job in their own repository sign a token for any audience. Check branch, environment and event in
/// a policy: a pull request from a fork runs in your repository, too.
#[must_use]
pub fn github_actions(audience: &str, repository: &str) -> Provider {
    #[derive(Deserialize)]
    struct Claims {
        repository: Option<String>,
    }

    let (issuer, repository) = ("https://token.actions.githubusercontent.com", repository.to_owned());
    let keys = KeyPlace::Discovery(issuer.to_owned());
    Provider::new(&facts::GITHUB_ACTIONS, keys, Issuer::is(issuer), Audience::is(audience)).checking(
        move |claims: &Claims| match &claims.repository {
            Some(found) if *found == repository => Ok(()),
            _ => reject("`repository` is not the accepted one"),
        },
    )
}

/// ID tokens of jobs of GitLab in this project, such as `my-group/my-project`. `url` is the address of the instance,
/// such as `https://gitlab.com`; the audience is that of `id_tokens` in the job.
///
/// Anyone can have a job in their own project sign a token for any audience. Check refs and environments in a policy.
#[must_use]
pub fn gitlab(url: &str, audience: &str, project: &str) -> Provider {
    #[derive(Deserialize)]
    struct Claims {
        project_path: Option<String>,
    }

    let project = project.to_owned();
    let keys = KeyPlace::Discovery(url.to_owned());
    Provider::new(&facts::GITLAB, keys, Issuer::is(url), Audience::is(audience)).checking(
        move |claims: &Claims| match &claims.project_path {
            Some(found) if *found == project => Ok(()),
            _ => reject("`project_path` is not the accepted one"),
        },
    )
}

/// Tokens of service accounts in one namespace of a Kubernetes cluster, issued for this audience by a projected volume
/// or the TokenRequest API. `issuer` is `--service-account-issuer` of the API server.
///
/// The keys are those of the API server inside the cluster, which requires a token and has a private certificate
/// authority:
///
/// ```no_run
/// # #[cfg(feature = "fetch-ring")] {
/// use jotwell_http::{Authenticator, provider, remote::HttpFetch};
///
/// # fn example() -> Result<Authenticator, Box<dyn std::error::Error>> {
/// let mounted = "/var/run/secrets/kubernetes.io/serviceaccount";
/// let pods = provider::kubernetes("https://kubernetes.default.svc.cluster.local", "orders-api", "shop");
/// let fetch = HttpFetch::with_ring()?.trust_only(format!("{mounted}/ca.crt"))?;
/// let keys = pods.keys().bearer_token_file(format!("{mounted}/token")).build(fetch)?;
/// let authenticator: Authenticator = Authenticator::new(pods.validator(keys.clone())).reload_keys(keys);
/// # Ok(authenticator) }
/// # }
/// ```
#[must_use]
pub fn kubernetes(issuer: &str, audience: &str, namespace: &str) -> Provider {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
        #[serde(rename = "kubernetes.io")]
        kubernetes: Bound,
    }

    #[derive(Deserialize)]
    struct Bound {
        namespace: String,
        serviceaccount: ServiceAccount,
    }

    #[derive(Deserialize)]
    struct ServiceAccount {
        name: String,
    }

    let namespace = namespace.to_owned();
    let keys = KeyPlace::Url("https://kubernetes.default.svc/openid/v1/jwks".to_owned());
    Provider::new(&facts::KUBERNETES, keys, Issuer::is(issuer), Audience::is(audience)).checking(
        move |claims: &Claims| {
            let Bound { namespace: found, serviceaccount } = &claims.kubernetes;
            if *found != namespace {
                return reject("the token is of a service account in another namespace");
            }
            if claims.sub != format!("system:serviceaccount:{found}:{}", serviceaccount.name) {
                return reject("`sub` is not the service account in `kubernetes.io`");
            }
            Ok(())
        },
    )
}

/// Application tokens of Cloudflare Access, in the header `Cf-Access-Jwt-Assertion`. `team` is its URL, such as
/// `https://shop.cloudflareaccess.com`; `audience` is the AUD tag of the application.
///
/// Other applications of the same team have the same keys and another tag.
#[must_use]
pub fn cloudflare_access(team: &str, audience: &str) -> Provider {
    #[derive(Deserialize)]
    struct Claims {
        r#type: Option<String>,
    }

    let keys = KeyPlace::Url(format!("{team}/cdn-cgi/access/certs"));
    let provider = Provider::new(&facts::CLOUDFLARE_ACCESS, keys, Issuer::is(team), Audience::is(audience));
    let provider = provider.checking(|claims: &Claims| match claims.r#type.as_deref() {
        Some("app") => Ok(()),
        _ => reject("`type` is not `app`, so this is not the token of an application"),
    });
    Provider { header: Some(HeaderName::from_static("cf-access-jwt-assertion")), ..provider }
}

/// JWT-SVIDs of a SPIFFE trust domain, such as `shop.example`. `bundle` is the address of its bundle.
///
/// `sub` is the SPIFFE ID and must be in the trust domain; `iss` is not checked. The key must be marked for JWT-SVIDs.
#[must_use]
pub fn spiffe(trust_domain: &str, bundle: &str, audience: &str) -> Provider {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
    }

    let keys = KeyPlace::Bundle(bundle.to_owned());
    let prefix = format!("spiffe://{trust_domain}/");
    Provider::new(&facts::SPIFFE, keys, Issuer::unchecked(), Audience::is(audience)).checking(
        move |claims: &Claims| match claims.sub.strip_prefix(&prefix) {
            Some(path) if !path.is_empty() => Ok(()),
            _ => reject("`sub` is not a SPIFFE ID of the trust domain"),
        },
    )
}

/// Returns whether this is a UUID in lower case (RFC 9562 §4).
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'),
        })
}
