//! The requirements of a guard as OpenAPI: <https://spec.openapis.org/oas/v3.1.0#security-requirement-object>.

use std::collections::BTreeMap;

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, OpenApi};

use super::guard::RouteGuard;
use crate::access_claims::Scope;
use crate::cookie::ACCESS;
use crate::request_head::{CSRF, RequestHead};

/// The names of the schemes.
const BEARER: &str = "bearerAuth";
const TOKEN_HEADER: &str = "tokenHeader";
const COOKIE: &str = "cookieAuth";
const CSRF_TOKEN: &str = "csrfToken";

/// Names of schemes, with the scopes and roles that a token in it needs: all of them together.
type Requirement = BTreeMap<String, Vec<String>>;

#[cfg_attr(docsrs, doc(cfg(feature = "utoipa")))]
impl<T: 'static> RouteGuard<T> {
    /// Adds to `api` what this guard requires for each operation: the security schemes of the authenticator, and the
    /// scopes and roles of the policies. So the document changes with the guard. Closures, and policies of other kinds,
    /// are not documented.
    ///
    /// `api` must contain only the operations behind this guard; [merge](OpenApi::merge) it into the rest afterwards.
    /// An operation that already has a requirement, for example from an inner guard, keeps it and gets this one in
    /// addition.
    ///
    /// | scheme | what | if |
    /// |---|---|---|
    /// | `bearerAuth` | `Authorization: Bearer` | by default |
    /// | `tokenHeader` | another header | [`token_header`](crate::Authenticator::token_header) is set |
    /// | `cookieAuth` | the cookie of the access token | [`cookies`](crate::Authenticator::cookies) are accepted |
    /// | `csrfToken` | `X-CSRF-Token`, together with the cookie | the method may change state |
    ///
    /// Scopes are listed first, then the role. With several roles one is enough, so there is a requirement for each. A
    /// guard that is [optional](Self::optional) adds an empty one.
    ///
    /// ```
    /// use jotwell_http::{Authenticator, RequireScope};
    /// use utoipa::openapi::path::{Operation, Paths};
    /// use utoipa::openapi::{HttpMethod, Info, OpenApi};
    ///
    /// fn document(authenticator: &Authenticator) -> OpenApi {
    /// // From `utoipa::path`, for example.
    ///     let mut paths = Paths::new();
    ///     paths.add_path_operation("/orders", vec![HttpMethod::Get], Operation::new());
    ///     let mut api = OpenApi::new(Info::new("Orders", "1"), paths);
    ///
    ///     let guard = authenticator.guard().require(RequireScope::new("orders:read").expect("a scope"));
    ///     guard.document(&mut api);
    ///     api
    /// }
    /// # let key = jotwell::SigningKey::generate(jotwell::Algorithm::ES256).unwrap().verifying_key();
    /// # let validator = jotwell::Validator::new(key, jotwell::Issuer::is("i"), jotwell::Audience::is("a"));
    /// # let document = serde_json::to_value(document(&Authenticator::new(validator))).unwrap();
    /// # assert_eq!(document["paths"]["/orders"]["get"]["security"], serde_json::json!([{"bearerAuth": ["orders:read"]}]));
    /// ```
    pub fn document(&self, api: &mut OpenApi) {
        let components = api.components.get_or_insert_with(Components::new);
        for (name, scheme) in self.schemes() {
            components.add_security_scheme(name, scheme);
        }
        for item in api.paths.paths.values_mut() {
            for (method, operation) in operations(item) {
                let own = self.requirements(&method);
                let before = operation.security.take().unwrap_or_default();
                let both = if before.is_empty() { own } else { together(&before, &own) };
                operation.security = Some(both.into_iter().map(written).collect());
            }
        }
    }

    fn schemes(&self) -> Vec<(&'static str, SecurityScheme)> {
        let (header, cookies) = self.authenticator.carriers();
        let in_header = |name: &str, description: &str| {
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, description)))
        };
        let mut schemes = vec![match header {
            Some(name) => (TOKEN_HEADER, in_header(name, "A JSON Web Token, without a scheme before it.")),
            None => {
                let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
                (BEARER, SecurityScheme::Http(bearer.build()))
            }
        }];
        if cookies {
            let description =
                "Set by a login. Requests that may change state need the anti-forgery token too.";
            let cookie = ApiKey::Cookie(ApiKeyValue::with_description(ACCESS, description));
            schemes.push((COOKIE, SecurityScheme::ApiKey(cookie)));
            schemes.push((CSRF_TOKEN, in_header(CSRF, "The value of the cookie `__Host-csrf`.")));
        }
        schemes
    }

    /// Returns the alternatives for a request with this method.
    fn requirements(&self, method: &str) -> Vec<Requirement> {
        let (header, cookies) = self.authenticator.carriers();
        let scopes = self.policies.iter().filter_map(|policy| policy.required_scope());
        let scopes: Vec<String> = scopes.flat_map(Scope::words).map(str::to_owned).collect();
        let mut wanted = vec![union(&[], &scopes)];
        for roles in
            self.policies.iter().map(|policy| policy.required_roles()).filter(|roles| !roles.is_empty())
        {
            let with =
                |role: &String| wanted.iter().map(|names| union(names, std::slice::from_ref(role))).collect();
            wanted = roles.iter().flat_map::<Vec<_>, _>(with).collect();
        }
        let mut requirements = Vec::new();
        for names in wanted {
            let scheme = if header.is_some() { TOKEN_HEADER } else { BEARER };
            requirements.push(Requirement::from([(scheme.to_owned(), names.clone())]));
            if cookies {
                let mut requirement = Requirement::from([(COOKIE.to_owned(), names)]);
                if !RequestHead::new(method, []).is_safe() {
                    requirement.insert(CSRF_TOKEN.to_owned(), Vec::new());
                }
                requirements.push(requirement);
            }
        }
        if self.is_optional() {
            requirements.push(Requirement::new());
        }
        requirements
    }
}

/// Returns each operation with its method.
fn operations(item: &mut PathItem) -> Vec<(String, &mut Operation)> {
    let fixed = [
        ("GET", &mut item.get),
        ("PUT", &mut item.put),
        ("POST", &mut item.post),
        ("DELETE", &mut item.delete),
        ("OPTIONS", &mut item.options),
        ("HEAD", &mut item.head),
        ("PATCH", &mut item.patch),
        ("TRACE", &mut item.trace),
        ("QUERY", &mut item.query),
    ];
    let fixed =
        fixed.into_iter().filter_map(|(method, operation)| Some((method.to_owned(), operation.as_mut()?)));
    fixed
        .chain(item.additional_operations.iter_mut().map(|(method, operation)| (method.clone(), operation)))
        .collect()
}

/// Returns all combinations of one of the former and one of the latter.
fn together(before: &[SecurityRequirement], own: &[Requirement]) -> Vec<Requirement> {
    let mut all: Vec<Requirement> = Vec::new();
    for one in before.iter().map(read) {
        for other in own {
            let mut both = one.clone();
            for (name, wanted) in other {
                let names = both.entry(name.clone()).or_default();
                *names = union(names, wanted);
            }
            if !all.contains(&both) {
                all.push(both);
            }
        }
    }
    all
}

fn union(names: &[String], more: &[String]) -> Vec<String> {
    more.iter().fold(names.to_vec(), |mut names, name| {
        if !names.contains(name) {
            names.push(name.clone());
        }
        names
    })
}

/// Its only readable representation is JSON.
fn read(requirement: &SecurityRequirement) -> Requirement {
    serde_json::to_value(requirement).and_then(serde_json::from_value).unwrap_or_default()
}

fn written(requirement: Requirement) -> SecurityRequirement {
    requirement
        .into_iter()
        .fold(SecurityRequirement::default(), |written, (name, wanted)| written.add(name, wanted))
}
