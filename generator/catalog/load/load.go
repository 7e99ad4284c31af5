// Package load reads a site's data folder into a catalog.
//
// Every file is read and decoded once, several at a time; all faults of all
// files go to one sink. A file that cannot be decoded is left out, and with it
// what could only be checked against it, so that one fault is told once.
package load

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io/fs"
	"runtime"
	"sync"

	"portolan/generator/catalog"
	"portolan/generator/diag"
)

// Options say how to load.
type Options struct {
	// Builtin holds the vocabulary that every site has, data/services.toml
	// and data/zones.toml; nil: none.
	Builtin fs.FS
	// Known is handed on to the catalog.
	Known catalog.Known
	// Jobs is how many files are decoded at once; 0: one for each processor.
	Jobs int
	// Cache keeps products from one Load to the next; nil: none.
	Cache *Cache
}

// Result is what a data folder holds.
type Result struct {
	// Catalog is nil if there is no data or its vocabulary could not be read.
	// After an error of any kind it must not be published.
	Catalog *catalog.Catalog
	// Files are the data files by path, with the hash of their content.
	Files map[string][sha256.Size]byte
	// Hash is over the paths and contents of all of them.
	Hash [sha256.Size]byte
}

// Load reads data/ of the site's folder. Warnings that the site turns off are
// still given, other than advice: the sink's owner drops them.
func Load(fsys fs.FS, opts Options, sink diag.Sink) *Result {
	l := &loader{opts: opts, sink: sink}
	files, ok := l.list(fsys)
	r := &Result{Files: make(map[string][sha256.Size]byte, len(files))}
	if !ok {
		return r
	}
	others, products := split(files)
	l.decodeAll(others)
	builtin := l.builtin(files)
	l.decodeAll(builtin)
	words := vocabulary(append(builtin, others...))
	l.decodeProducts(products, words)
	for _, f := range files {
		if f.read {
			r.Files[f.path] = f.sum
		}
	}
	r.Hash = hash(files)
	in, ok := assemble(append(builtin, files...))
	if ok {
		in.Version = hex.EncodeToString(r.Hash[:8])
		byProduct := make(map[*catalog.Product]*file, len(products))
		for _, f := range products {
			if p, ok := f.value.(*catalog.Product); ok {
				byProduct[p] = f
			}
		}
		in.Checked = func(p *catalog.Product) bool { return byProduct[p].kept }
		in.Sink = func(p *catalog.Product) diag.Sink { return &byProduct[p].told }
		r.Catalog = catalog.New(in, opts.Known, sink)
	}
	l.tell(products, ok)
	return r
}

// split separates the products, of which there may be many, from the rest.
func split(files []*file) (others, products []*file) {
	for _, f := range files {
		if f.kind == product {
			products = append(products, f)
		} else {
			others = append(others, f)
		}
	}
	return others, products
}

// vocabulary is a hash over what products are checked against.
func vocabulary(files []*file) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, f := range files {
		if f.kind == services || f.kind == zones {
			h.Write(f.sum[:])
		}
	}
	h.Sum(sum[:0])
	return sum
}

// hash is over the files in order of their paths.
func hash(files []*file) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, f := range files {
		if !f.read {
			continue
		}
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(f.path)))
		h.Write(n[:])
		h.Write([]byte(f.path))
		h.Write(f.sum[:])
	}
	h.Sum(sum[:0])
	return sum
}

// assemble sorts the decoded files into the catalog's input; false if a part
// of the vocabulary is missing, without which nothing else can be checked.
func assemble(files []*file) (in catalog.Input, ok bool) {
	broken := make(map[string]bool) // slugs
	for _, f := range files {
		switch v := f.value.(type) {
		case *catalog.Site:
			in.Site = v
		case *catalog.Services:
			in.Services = append(in.Services, v)
		case *catalog.Zones:
			in.Zones = append(in.Zones, v)
		case *catalog.Product:
			in.Products = append(in.Products, v)
		case *catalog.Deployment:
			in.Deployments = append(in.Deployments, v)
		case nil:
			if f.kind == services || f.kind == zones {
				return in, false
			}
			broken[f.slug()] = broken[f.slug()] || f.kind == product
		}
	}
	if in.Site == nil {
		in.Site = &catalog.Site{At: whole("data/site.toml"), Title: "portolan"}
	}
	sound := in.Deployments[:0]
	for _, d := range in.Deployments {
		if !namesAny(d, broken) {
			sound = append(sound, d)
		}
	}
	in.Deployments = sound
	return in, true
}

// namesAny tells whether the deployment has an instance of one of the products.
func namesAny(d *catalog.Deployment, slugs map[string]bool) bool {
	for i := range d.Instances {
		if p := d.Instances[i].Product; slugs[p] || p == "" && slugs[d.Instances[i].ID] {
			return true
		}
	}
	return false
}

// whole locates everything at a file as such.
type whole string

func (w whole) At(string) diag.Pos { return diag.Pos{File: string(w)} }

// decodeAll decodes the files, several at once.
func (l *loader) decodeAll(files []*file) {
	jobs := l.opts.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	work := make(chan *file)
	var wg sync.WaitGroup
	for range min(jobs, len(files)) {
		wg.Go(func() {
			for f := range work {
				l.decode(f)
			}
		})
	}
	for _, f := range files {
		work <- f
	}
	close(work)
	wg.Wait()
}
