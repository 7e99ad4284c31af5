package network

import "portolan/generator/catalog"

// Row is one flow of one instance with all its links: what a table numbers
// and a diagram points at.
type Row struct {
	// Number counts from 1, in the order of the network's links.
	Number   int
	Instance *catalog.Instance
	Flow     *catalog.Flow
	// Links are at least one.
	Links []*Link
}

// Anchor is where the row stands on the network's page: "transfer.sftp".
func (r *Row) Anchor() string { return r.Instance.ID + "." + r.Flow.ID }

// Rows gathers the links by flow. Those of one flow follow each other.
func (n *Network) Rows() []Row {
	var out []Row
	for i := range n.Links {
		l := &n.Links[i]
		if k := len(out) - 1; k < 0 || out[k].Instance != l.Instance || out[k].Flow != l.Flow {
			out = append(out, Row{Number: len(out) + 1, Instance: l.Instance, Flow: l.Flow})
		}
		row := &out[len(out)-1]
		row.Links = append(row.Links, l)
	}
	return out
}
