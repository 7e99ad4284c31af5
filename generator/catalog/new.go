package catalog

import (
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"portolan/generator/diag"
)

// Input is what New makes a catalog of: decoded files, their notes parsed.
type Input struct {
	Site *Site
	// Services and Zones are the built-in vocabulary first, the site's own
	// after it: an entry of a later file replaces one of the same id in its
	// place, a new one follows.
	Services    []*Services
	Zones       []*Zones
	Products    []*Product
	Deployments []*Deployment
	// Version is a hash over the content of all files.
	Version string

	// Checked tells of products that an earlier New has checked against the
	// same vocabulary and site; they are not checked again. Nil: none.
	Checked func(*Product) bool
	// Sink is where the faults of one product's own file go; nil: where all go.
	Sink func(*Product) diag.Sink
}

// New checks the input and returns the catalog, with its derived fields
// filled. Every fault goes to the sink; after an error the catalog is still
// returned, as far as it goes, so that later checks can report their faults
// too, but it must not be published. The input belongs to the catalog
// afterwards.
func New(in Input, known Known, sink diag.Sink) *Catalog {
	c := Assemble(in)
	if c.Site != nil {
		checkSite(c.Site, known, sink)
	}
	for _, file := range in.Services {
		checkServices(file, sink)
	}
	for _, file := range in.Zones {
		checkZones(file, sink)
	}
	off := map[string]bool{}
	if c.Site != nil {
		for _, code := range c.Site.WarningsOff {
			off[code] = true
		}
	}
	c.checkProducts(in, off, sink)
	for _, d := range c.Deployments {
		(&deploymentCheck{c: c, d: d, known: known, at: at{d.At, sink}}).run()
	}
	return c
}

// checkProducts checks the products side by side: each is held against the
// vocabulary and itself alone.
func (c *Catalog) checkProducts(in Input, off map[string]bool, sink diag.Sink) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(c.Products)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(c.Products)); i = next.Add(1) - 1 {
				p := c.Products[i]
				if in.Checked != nil && in.Checked(p) {
					continue
				}
				to := sink
				if in.Sink != nil {
					to = in.Sink(p)
				}
				(&productCheck{c: c, p: p, at: at{p.At, to}, off: off}).run()
			}
		})
	}
	wg.Wait()
}

// Assemble makes a catalog of data that New has checked before, with its
// derived fields: it checks nothing, and so brings no check into a program.
func Assemble(in Input) *Catalog {
	c := &Catalog{Site: in.Site, Products: in.Products, Deployments: in.Deployments, Version: in.Version}
	c.vocabulary.services, c.vocabulary.zones = in.Services, in.Zones
	for _, file := range in.Services {
		c.Services = merge(c.Services, file.List, func(s Service) string { return s.ID })
	}
	for _, file := range in.Zones {
		c.Zones = merge(c.Zones, file.List, func(z Zone) string { return z.ID })
	}
	slices.SortStableFunc(c.Products, func(a, b *Product) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(c.Deployments, func(a, b *Deployment) int { return strings.Compare(a.Slug, b.Slug) })
	c.services = index(c.Services, func(s Service) string { return s.ID })
	c.zones = index(c.Zones, func(z Zone) string { return z.ID })
	c.products = index(c.Products, func(p *Product) string { return p.Slug })
	return c
}

func merge[T any](have, more []T, id func(T) string) []T {
	for _, m := range more {
		i := slices.IndexFunc(have, func(h T) bool { return id(h) == id(m) })
		if i >= 0 {
			have[i] = m
		} else {
			have = append(have, m)
		}
	}
	return have
}

func index[T any](list []T, id func(T) string) map[string]int {
	m := make(map[string]int, len(list))
	for i, t := range list {
		m[id(t)] = i
	}
	return m
}

// at reports faults of one file by the path of the value they are in.
type at struct {
	diag.Locator
	sink diag.Sink
}

func (a at) errorf(path, code, format string, args ...any) {
	diag.Errorf(a.sink, a.At(path), code, format, args...)
}

func (a at) warnf(path, code, format string, args ...any) {
	diag.Warnf(a.sink, a.At(path), code, format, args...)
}

func (a at) unknown(path, kind, name string, known []string) {
	diag.Unknown(a.sink, a.At(path), "unknown-"+strings.ReplaceAll(kind, " ", "-"), kind, name, known)
}

// refs checks that every name of a list is known.
func (a at) refs(path, kind string, names, known []string) (ok bool) {
	ok = true
	for i, n := range names {
		if !slices.Contains(known, n) {
			a.unknown(item(path, i), kind, n, known)
			ok = false
		}
		if slices.Contains(names[:i], n) {
			a.errorf(item(path, i), "duplicate", "%q stands twice", n)
		}
	}
	return ok
}

// item is the path of a list's element. A string that stands where a list is
// meant is its own first element: locators answer the value's position.
func item(path string, i int) string { return diag.Sprintf("%s[%d]", path, i) }

// id checks the form of a table's id: lower case words joined by hyphens, so
// that it can be an anchor, a file name and a name in every firewall.
func (a at) id(path, id string) {
	if !ValidID(id) {
		a.errorf(path, "bad-id", "id %q is not of lower-case letters, digits and single hyphens", id)
	}
}

// ValidID tells whether a text can be an id or a slug: words of lower-case
// letters and digits joined by single hyphens, at most 63 characters.
func ValidID(id string) bool {
	if id == "" || len(id) > 63 {
		return false
	}
	for i := range len(id) {
		c := id[i]
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		case c == '-' && i > 0 && i < len(id)-1 && id[i-1] != '-':
		default:
			return false
		}
	}
	return true
}

func ids[T any](list []T, id func(*T) string) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = id(&list[i])
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
