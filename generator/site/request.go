package site

import (
	"portolan/generator/build"
	"portolan/generator/catalog"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/request"
	"portolan/generator/table"
)

// changeRequest is the path of a subject's change request, without its extension.
func changeRequest(subject string) string { return subject + "change-request" }

func (s *Site) productRequest(p *catalog.Product, rules *ruleSet) *request.Request {
	return request.Product(s.Catalog, p, rules.policies(), table.Absolute(s.Catalog.Site.BaseURL))
}

func (s *Site) networkRequest(n *network.Network, rules *ruleSet) *request.Request {
	return request.Network(s.Catalog, n, rules.policies(), table.Absolute(s.Catalog.Site.BaseURL))
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
func (pl *planner) request(subject string, key build.Key, produce func() *request.Request) {
	made := recall(produce)
	pl.page(changeRequest(subject)+".xlsx", key, func() ([]byte, error) { return made().Workbook() })
	pl.file(changeRequest(subject)+".csv", key, func() []byte { return made().CSV() })
}
