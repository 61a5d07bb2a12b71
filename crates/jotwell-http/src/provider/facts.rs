//! Facts about each identity provider, from its documentation.

use jotwell::Algorithm;

/// The properties of a provider's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// The name of the provider.
    pub name: &'static str,
    /// The title of the documentation that states the facts.
    pub documentation: &'static str,
    /// The algorithms for which its keys are accepted.
    pub algorithms: &'static [Algorithm],
    /// The accepted values of `typ` in the header.
    pub typ: &'static [&'static str],
    /// Whether `typ` may be absent.
    pub typ_may_be_absent: bool,
    /// The claims that contain scopes; empty if its tokens have none.
    pub scope: &'static [&'static str],
    /// The claims that contain roles; empty if its tokens have none, or if an argument names them.
    pub roles: &'static [&'static str],
}

impl Facts {
    /// All providers, ordered by name.
    pub const ALL: &'static [Self] = &[
        AUTH0,
        AWS_ALB,
        CLOUDFLARE_ACCESS,
        COGNITO,
        ENTRA,
        FIREBASE,
        GITHUB_ACTIONS,
        GITLAB,
        GOOGLE,
        KEYCLOAK,
        KUBERNETES,
        OKTA,
        SPIFFE,
    ];
}

/// The common facts of most providers.
const USUAL: Facts = Facts {
    name: "",
    documentation: "",
    algorithms: &[Algorithm::RS256],
    typ: &["JWT"],
    typ_may_be_absent: true,
    scope: &[],
    roles: &[],
};

pub(super) const AUTH0: Facts = Facts {
    name: "Auth0",
    documentation: "Auth0 Docs: Access Token Profiles; Sample Access Tokens",
    typ: &["JWT", "at+jwt"],
    typ_may_be_absent: false,
    scope: &["scope"],
    roles: &["permissions"],
    ..USUAL
};

pub(super) const AWS_ALB: Facts = Facts {
    name: "AWS Application Load Balancer",
    documentation: "Elastic Load Balancing, Application Load Balancers: Authenticate users using an Application Load Balancer",
    algorithms: &[Algorithm::ES256],
    ..USUAL
};

pub(super) const CLOUDFLARE_ACCESS: Facts = Facts {
    name: "Cloudflare Access",
    documentation: "Cloudflare One: Validate JWTs; Application token",
    ..USUAL
};

pub(super) const COGNITO: Facts = Facts {
    name: "Amazon Cognito",
    documentation: "Amazon Cognito Developer Guide: Verifying JSON Web Tokens; Understanding the access token",
    scope: &["scope"],
    roles: &["cognito:groups"],
    ..USUAL
};

pub(super) const ENTRA: Facts = Facts {
    name: "Microsoft Entra ID",
    documentation: "Microsoft identity platform: Access token claims reference; Secure applications and APIs by validating claims",
    typ_may_be_absent: false,
    scope: &["scp"],
    roles: &["roles"],
    ..USUAL
};

pub(super) const FIREBASE: Facts = Facts {
    name: "Firebase",
    documentation: "Firebase Authentication: Verify ID Tokens; Control Access with Custom Claims",
    roles: &["roles"],
    ..USUAL
};

pub(super) const GITHUB_ACTIONS: Facts = Facts {
    name: "GitHub Actions",
    documentation: "GitHub Docs: OpenID Connect reference",
    typ_may_be_absent: false,
    ..USUAL
};

pub(super) const GITLAB: Facts = Facts {
    name: "GitLab",
    documentation: "GitLab Docs: OpenID Connect (OIDC) Authentication Using ID Tokens",
    ..USUAL
};

pub(super) const GOOGLE: Facts = Facts {
    name: "Google",
    documentation: "Google for Developers: Verify the Google ID token on your server side; OpenID Connect",
    ..USUAL
};

pub(super) const KEYCLOAK: Facts = Facts {
    name: "Keycloak",
    documentation: "Keycloak Server Administration Guide: Client scopes; Securing Applications and Services Guide",
    algorithms: &[Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA],
    typ: &["JWT", "at+jwt"],
    typ_may_be_absent: false,
    scope: &["scope"],
    ..USUAL
};

pub(super) const KUBERNETES: Facts = Facts {
    name: "Kubernetes service accounts",
    documentation: "Kubernetes Documentation: Configure Service Accounts for Pods; Managing Service Accounts",
    algorithms: &[Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::ES512],
    ..USUAL
};

pub(super) const OKTA: Facts = Facts {
    name: "Okta",
    documentation: "Okta Developer: Validate access tokens; OpenID Connect & OAuth 2.0 API",
    scope: &["scp"],
    roles: &["groups"],
    ..USUAL
};

pub(super) const SPIFFE: Facts = Facts {
    name: "SPIFFE",
    documentation: "SPIFFE: The JWT SPIFFE Verifiable Identity Document (JWT-SVID); SPIFFE Trust Domain and Bundle",
    algorithms: &[
        Algorithm::RS256,
        Algorithm::RS384,
        Algorithm::RS512,
        Algorithm::ES256,
        Algorithm::ES384,
        Algorithm::ES512,
        Algorithm::PS256,
        Algorithm::PS384,
        Algorithm::PS512,
    ],
    typ: &["JWT", "JOSE"],
    ..USUAL
};
