//! Whom the limits of the example `api` take for one.

#[path = "../../examples/api/limits.rs"]
#[allow(dead_code, reason = "the example takes the rest")]
mod limits;

use limits::network;

#[test]
fn one_address_is_one_and_one_network_of_ipv6_is_one() {
    let network = |address: &str| network(address.parse().expect("an address"));
    // As a socket for both sees clients of IPv4 (RFC 4291 §2.5.5.2).
    assert_ne!(network("::ffff:192.0.2.1"), network("::ffff:192.0.2.2"));
    assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:3:4:5:6"));
    assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
}
