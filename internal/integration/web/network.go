package web

import (
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// Network says which addresses Tasks may call. Public addresses may be called by https. The zero value allows nothing
// else.
type Network struct {
	Loopback bool // the server's own machine, also by http
	Private  bool // private networks, also by http
}

// Control refuses connections to addresses that are not allowed. It is a net.Dialer's Control: it sees the address that
// is about to be connected to, after names were resolved, so that a name that changes its address gains nothing.
// Errors: *RefusedError.
func (n Network) Control(network, address string, c syscall.RawConn) error {
	return n.control(false)(network, address, c)
}

// control is Control for connections that are encrypted, or are not (plain).
func (n Network) control(plain bool) func(string, string, syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return &RefusedError{address, "is not an address"}
		}
		ip, err := netip.ParseAddr(host)
		if err != nil {
			return &RefusedError{host, "is not an address"}
		}
		return n.allows(ip, plain)
	}
}

// RefusedError says that an address must not be called.
type RefusedError struct{ Address, Reason string }

func (e *RefusedError) Error() string { return fmt.Sprintf("the address %s %s", e.Address, e.Reason) }

// metadata are the networks of services that give credentials to whoever asks from an instance. Nothing allows them:
// IPv4 and IPv6 link-local addresses, and the address of EC2's metadata service within IPv6.
var metadata = prefixes("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32")

// private are the networks that are not the public Internet. Source: IANA's registries of special-purpose addresses.
var private = prefixes(
	"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "0.0.0.0/8",
	"fc00::/7", "fec0::/10", "ff00::/8", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "::/96",
)

// embedding are networks of IPv6 whose addresses carry one of IPv4 from a byte on.
var embedding = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12},
	{netip.MustParsePrefix("64:ff9b:1::/48"), 12},
	{netip.MustParsePrefix("2002::/16"), 2},
}

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, t := range texts {
		all = append(all, netip.MustParsePrefix(t))
	}
	return all
}

func within(all []netip.Prefix, ip netip.Addr) bool {
	for _, p := range all {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// allows returns nil if an address may be called. Errors: *RefusedError.
func (n Network) allows(given netip.Addr, plain bool) error {
	ip := given.WithZone("").Unmap()
	for _, e := range embedding {
		if e.prefix.Contains(ip) {
			b := ip.As16()
			ip = netip.AddrFrom4([4]byte(b[e.at : e.at+4]))
		}
	}
	refuse := func(reason string) error { return &RefusedError{given.String(), reason} }
	switch {
	case within(metadata, ip):
		return refuse("is link-local, where credentials are given out, and Tasks may not call it")
	case ip.IsLoopback() || ip.IsUnspecified(): // connecting to 0.0.0.0 reaches this machine
		if !n.Loopback {
			return refuse("is the server's own machine, which Tasks may not call")
		}
	case within(private, ip):
		if !n.Private {
			return refuse("is in a private network, which Tasks may call only if the server is started with --allow-private-networks")
		}
	case plain:
		return refuse("is public and may be called by https only")
	}
	return nil
}
