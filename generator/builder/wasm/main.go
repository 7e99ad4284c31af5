//go:build js && wasm

// The rule builder as WebAssembly: what assets/engine.js hands over goes to
// package builder, and its answers back. Nothing is decided here.
package main

import (
	"errors"
	"syscall/js"

	"portolan/generator/builder"
	"portolan/generator/builder/plain"
)

func main() {
	e := &engine{data: map[string]string{}, open: map[string]*builder.Subject{}}
	js.Global().Get("portolanEngine").Call("attach", map[string]any{
		"platforms": function(func([]string) (any, error) { return plain.Of(builder.Platforms()), nil }),
		"accept":    function(e.accept),
		"describe":  function(e.describe),
		"build":     function(e.build),
		"beside":    function(e.beside),
		"archive":   function(e.archive),
	})
	select {}
}

// engine keeps the data that came, and what was made of it.
type engine struct {
	data map[string]string // as text
	open map[string]*builder.Subject
}

// function is a Go function as JavaScript sees it: it takes texts, and answers
// {value} or {error} as [plain.Text].
func function(f func([]string) (any, error)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) (out any) {
		answer := map[string]any{}
		defer func() {
			if fault := recover(); fault != nil { // the page goes on, and tells
				answer["error"] = "the builder failed: " + told(fault)
			}
			out = plain.Text(answer)
		}()
		texts := make([]string, len(args))
		for i, v := range args {
			texts[i] = v.String()
		}
		value, err := f(texts)
		if err != nil {
			answer["error"] = err.Error()
		}
		answer["value"] = value
		return nil
	})
}

// told is what a panic says.
func told(fault any) string {
	switch f := fault.(type) {
	case error:
		return f.Error()
	case string:
		return f
	}
	return "for a reason that it cannot tell"
}

// accept keeps the data of a path, "products/liquidfiles".
func (e *engine) accept(args []string) (any, error) {
	e.data[args[0]] = args[1]
	return nil, nil
}

// describe opens the subject of a kind and slug.
func (e *engine) describe(args []string) (any, error) {
	s, err := e.subject(args[0], args[1])
	if err != nil {
		return nil, err
	}
	return plain.Of(s.Describe()), nil
}

// order reads a request and opens its subject.
func (e *engine) order(tree any) (*builder.Order, error) {
	var names struct{ Kind, Slug string }
	o := &builder.Order{}
	err := errors.Join(plain.Into(tree, &names), plain.Into(tree, &o.Request))
	if err != nil {
		return nil, err
	}
	o.Subject, err = e.subject(names.Kind, names.Slug)
	return o, err
}

// asked reads a request.
func (e *engine) asked(text string) (*builder.Order, error) {
	tree, err := plain.Parse(text)
	if err != nil {
		return nil, err
	}
	return e.order(tree)
}

func (e *engine) build(args []string) (any, error) {
	o, err := e.asked(args[0])
	if err != nil {
		return nil, err
	}
	return plain.Of(o.Subject.Build(&o.Request)), nil
}

func (e *engine) beside(args []string) (any, error) {
	o, err := e.asked(args[0])
	if err != nil {
		return nil, err
	}
	return plain.Of(o.Subject.Beside(&o.Request)), nil
}

// archive answers the files of a list of requests, of the platforms listed.
func (e *engine) archive(args []string) (any, error) {
	var in struct {
		Requests  []any
		Platforms []string
	}
	tree, err := plain.Parse(args[0])
	if err != nil {
		return nil, err
	}
	if err := plain.Into(tree, &in); err != nil {
		return nil, err
	}
	var orders []builder.Order
	for _, t := range in.Requests {
		o, err := e.order(t)
		if err != nil {
			return nil, err
		}
		orders = append(orders, *o)
	}
	files, err := builder.Archive(orders, in.Platforms)
	if err != nil {
		return nil, err
	}
	return plain.Of(files), nil
}

// subject opens a subject once; its data must have come.
func (e *engine) subject(kind, slug string) (*builder.Subject, error) {
	path := kind + "s/" + slug
	if s := e.open[path]; s != nil {
		return s, nil
	}
	d, err := e.read(path)
	if err != nil {
		return nil, err
	}
	var products []*builder.Data
	for _, slug := range d.Products {
		p, err := e.read("products/" + slug)
		if err != nil {
			return nil, err
		}
		products = append(products, p)
	}
	s, err := builder.Open(d, products)
	if err != nil {
		return nil, errors.New(path + ": " + err.Error())
	}
	e.open[path] = s
	return s, nil
}

func (e *engine) read(path string) (*builder.Data, error) {
	text, ok := e.data[path]
	if !ok {
		return nil, errors.New(path + " is not open")
	}
	tree, err := plain.Parse(text)
	if err != nil {
		return nil, err
	}
	d := new(builder.Data)
	if err := plain.Into(tree, d); err != nil {
		return nil, errors.New(path + ": " + err.Error())
	}
	return d, nil
}
