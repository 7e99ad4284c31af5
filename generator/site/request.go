package site

import (
	"portolan/generator/build"
	"portolan/generator/catalog"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/request"
	"portolan/generator/request/workbook"
	"portolan/generator/table"
)

// changeRequest is the path of a subject's change request, without its extension.
func changeRequest(subject string) string { return subject + "change-request" }

// requested is a change request, and the table that tells where it comes from.
type requested struct {
	*request.Request
	table *table.Table
}

// productProvenance is a product's table with absolute links, for what it says of itself.
func (s *Site) productProvenance(p *catalog.Product) *table.Table {
	return table.Requirements(s.Catalog, p, table.Options{Columns: []string{}}).WithLinks(table.Absolute(s.Catalog.Site.BaseURL))
}

func (s *Site) networkProvenance(n *network.Network) *table.Table {
	return table.Network(s.Catalog, n).WithLinks(table.Absolute(s.Catalog.Site.BaseURL))
}

func (s *Site) productRequest(p *catalog.Product, rules *ruleSet) *requested {
	t := s.productProvenance(p)
	return &requested{request.Product(p, rules.policies(), t.ProvenanceLine()), t}
}

func (s *Site) networkRequest(n *network.Network, rules *ruleSet) *requested {
	t := s.networkProvenance(n)
	return &requested{request.Network(n, rules.policies(), t.ProvenanceLine()), t}
}

// policies are those of all vantage points.
func (set *ruleSet) policies() []*policy.Policy {
	out := make([]*policy.Policy, len(set.At))
	for i, at := range set.At {
		out[i] = at.Policy()
	}
	return out
}

// request plans a subject's change request, as a workbook and as a table.
func (pl *planner) request(subject string, key build.Key, produce func() *requested) {
	made := recall(produce)
	pl.page(changeRequest(subject)+".xlsx", key, func() ([]byte, error) { return workbook.Bytes(made().Request, made().table) })
	pl.file(changeRequest(subject)+".csv", key, func() []byte { return made().CSV() })
}
