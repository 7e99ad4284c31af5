package policy

import (
	"net/netip"

	"portolan/generator/catalog"
)

// documentation are the addresses that stand for an endpoint whose own nobody
// knows: of RFC 5737 and RFC 3849, which no network routes, so that a file
// loads as it is and opens nothing. They depend on the endpoint's place in
// its file alone, so that one more endpoint changes no other's. Hosts of the
// product get an address, others a network.
func documentation(i int, e *catalog.Endpoint) []netip.Prefix {
	block := [4]byte{198, 51, 100}
	switch e.Zone {
	case catalog.InternetZone, catalog.AnyZone, "partner", "cloud":
		block = [4]byte{203, 0, 113}
	case "dmz":
		block = [4]byte{192, 0, 2}
	}
	four := netip.PrefixFrom(netip.AddrFrom4([4]byte{block[0], block[1], block[2], byte(i * 16)}), 28)
	if i >= 16 { // RFC 2544's benchmarking range goes on where the three blocks end
		four = netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18, byte(i), 0}), 28)
	}
	six := netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0, byte(i >> 8), 0, byte(i)}), 64)
	if e.Self && !e.Many {
		a4, a6 := four.Addr().As4(), six.Addr().As16()
		a4[3] += 10
		a6[15] = 0x10
		return []netip.Prefix{netip.PrefixFrom(netip.AddrFrom4(a4), 32), netip.PrefixFrom(netip.AddrFrom16(a6), 128)}
	}
	return []netip.Prefix{four, six}
}
