package web

import (
	"net/netip"
	"testing"
)

func TestWhomTasksMayCall(t *testing.T) {
	nobody, loopback, private := Network{}, Network{Loopback: true}, Network{Private: true}
	all := Network{Loopback: true, Private: true}
	for _, c := range []struct {
		n       Network
		address string
		plain   bool
		ok      bool
	}{
		{nobody, "93.184.215.14", false, true},
		{all, "93.184.215.14", true, false}, // by https only
		{nobody, "2606:2800:21f:cb07::1", false, true},
		{nobody, "127.0.0.1", false, false}, {loopback, "127.0.0.1", true, true}, {loopback, "127.9.9.9", false, true},
		{nobody, "::1", false, false}, {loopback, "::1", true, true},
		{nobody, "0.0.0.0", false, false}, {private, "0.0.0.0", false, false}, {private, "::", false, false},
		{nobody, "::ffff:127.0.0.1", false, false}, {private, "::ffff:127.0.0.1", false, false},
		{loopback, "10.1.2.3", false, false}, {private, "10.1.2.3", true, true}, {loopback, "::ffff:10.1.2.3", false, false},
		{loopback, "192.168.1.1", false, false}, {loopback, "172.31.255.255", false, false}, {nobody, "172.32.0.1", false, true},
		{loopback, "100.64.0.1", false, false}, {loopback, "fd12::1", false, false}, {private, "fd12::1", true, true},
		{all, "169.254.169.254", false, false}, {all, "fd00:ec2::254", false, false}, {all, "fe80::1%eth0", false, false},
		{nobody, "64:ff9b::a00:1", false, false}, {all, "64:ff9b::a9fe:a9fe", false, false}, {nobody, "2002:7f00:1::", false, false},
		{nobody, "224.0.0.1", false, false}, {nobody, "255.255.255.255", false, false},
	} {
		err := c.n.allows(netip.MustParseAddr(c.address), c.plain)
		if (err == nil) != c.ok {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if err := loopback.Control("tcp4", "10.0.0.1:443", nil); err == nil {
		t.Error("Control lets everything through")
	}
}
