package bench

import (
	"bytes"
	"fmt"
	"math/rand/v2"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// Catalog is a catalog of n flows, twenty a product, drawn so that names,
// services and ports recur about as they do in real data: half of the flows are on
// nineteen common ports, one in twelve on a range.
func Catalog(n int) *catalog.Catalog {
	r := rand.New(rand.NewPCG(1, 2))
	syllables := []string{"mo", "vel", "it", "glo", "bal", "scape", "fi", "les", "tra", "ns", "fer", "ga", "te", "way", "se", "cure", "da", "ta", "hub", "ser", "net", "ex", "pro", "lu", "cid"}
	word := func(n int) string {
		var b bytes.Buffer
		for range n {
			b.WriteString(syllables[r.IntN(len(syllables))])
		}
		return b.String()
	}
	c := &catalog.Catalog{}
	for i := range 60 {
		c.Services = append(c.Services, catalog.Service{ID: fmt.Sprintf("%s-%d", word(2), i), Name: word(2), IANA: word(2)})
	}
	ids, names := make([]string, 400), make([]string, 200)
	for i := range ids {
		ids[i] = fmt.Sprintf("%s-%s", word(2), word(1))
	}
	for i := range names {
		names[i] = word(2) + " " + word(2)
	}
	common := []int{443, 443, 443, 22, 22, 80, 21, 990, 389, 636, 25, 53, 123, 1433, 445, 514, 3306, 8080, 8443}
	transports := []netspec.Transport{netspec.TCP, netspec.TCP, netspec.TCP, netspec.TCP, netspec.UDP}
	for made := 0; made < n; {
		p := &catalog.Product{Slug: fmt.Sprintf("%s-%04d", word(3), len(c.Products)), Name: word(3) + " " + word(2), Vendor: word(2)}
		for e := range 6 {
			p.Endpoints = append(p.Endpoints, catalog.Endpoint{ID: fmt.Sprint("e", e), Name: names[r.IntN(len(names))]})
		}
		for range min(20, n-made) {
			first, last := common[r.IntN(len(common))], 0
			if r.IntN(2) == 0 {
				first = 1 + r.IntN(65000)
			}
			if last = first; r.IntN(12) == 0 {
				last = min(65535, first+r.IntN(2000))
			}
			which, from, to := r.IntN(len(ids)), r.IntN(3), r.IntN(3)
			p.Flows = append(p.Flows, catalog.Flow{
				ID: fmt.Sprintf("%s-%d", ids[which], len(p.Flows)%3), Service: c.Services[which%60].ID,
				From: []string{fmt.Sprint("e", from)}, To: []string{fmt.Sprint("e", 3+to)},
				Ports: netspec.NewPortSet(netspec.Range{Transport: transports[r.IntN(len(transports))], First: uint16(first), Last: uint16(last)}),
				Need:  []catalog.Need{catalog.Required, catalog.Conditional, catalog.Optional}[r.IntN(3)], Direction: catalog.Directions()[(from+to)%3],
			})
			made++
		}
		c.Products = append(c.Products, p)
	}
	return c
}
