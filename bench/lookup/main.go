// Lookup writes what lookup.js measures: the lookup's own data for a synthetic
// catalog, and one document a flow for others to index.
//
//	go run ./lookup FLOWS FOLDER
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"portolan/generator/bench"
	"portolan/generator/lookup"
)

// document is one flow as a text index gets it: all that the lookup finds it by.
type document struct {
	ID        int      `json:"id"`
	Path      string   `json:"path"` // as the lookup's answers have it
	Names     []string `json:"names"`
	Ports     string   `json:"ports"`
	Direction string   `json:"direction"`
	Need      string   `json:"need"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "lookup:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("want how many flows and a folder")
	}
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	c := bench.Catalog(n)
	services := map[string][]string{}
	for _, s := range c.Services {
		services[s.ID] = []string{s.ID, s.Name, s.IANA}
	}
	docs := make([]document, 0, n)
	for _, p := range c.Products {
		for _, f := range p.Flows {
			names := append([]string{p.Slug, p.Name, p.Vendor}, services[f.Service]...)
			for _, id := range append(f.From, f.To...) {
				names = append(names, p.Endpoint(id).Name)
			}
			docs = append(docs, document{len(docs), "/products/" + p.Slug + "/#" + f.ID, names, f.Ports.String(), string(f.Direction), string(f.Need)})
		}
	}
	text, err := json.Marshal(docs)
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{"documents.json": text, "index.js": lookup.New(c).MarshalJS(), "registry.js": lookup.RegistryJS()} {
		if err := os.WriteFile(filepath.Join(args[1], name), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}
