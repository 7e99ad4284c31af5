//go:build js && wasm

// The rule builder as WebAssembly: what assets/engine.js hands over goes to
// package builder, and its answers back. Nothing is decided here.
package main

import (
	"errors"
	"fmt"
	"syscall/js"

	"portolan/generator/builder"
	"portolan/generator/builder/plain"
)

func main() {
	e := &engine{data: map[string]js.Value{}, open: map[string]*builder.Subject{}}
	js.Global().Get("portolanEngine").Call("attach", map[string]any{
		"platforms": function(func([]js.Value) (any, error) { return plain.Of(builder.Platforms()), nil }),
		"accept":    function(e.accept),
		"describe":  function(e.describe),
		"build":     function(e.build),
		"archive":   function(e.archive),
	})
	select {}
}

// engine keeps the data that came, and what was made of it.
type engine struct {
	data map[string]js.Value
	open map[string]*builder.Subject
}

// function is a Go function as JavaScript sees it: it answers {value} or {error}.
func function(f func([]js.Value) (any, error)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) (out any) {
		defer func() {
			if fault := recover(); fault != nil { // the page goes on, and tells
				out = map[string]any{"error": fmt.Sprint("the builder failed: ", fault)}
			}
		}()
		value, err := f(args)
		if err != nil {
			return map[string]any{"error": err.Error()}
		}
		return map[string]any{"value": value}
	})
}

// accept keeps the data of a path, "products/liquidfiles".
func (e *engine) accept(args []js.Value) (any, error) {
	e.data[args[0].String()] = args[1]
	return nil, nil
}

// describe opens the subject of a kind and slug.
func (e *engine) describe(args []js.Value) (any, error) {
	s, err := e.subject(args[0].String(), args[1].String())
	if err != nil {
		return nil, err
	}
	return plain.Of(s.Describe()), nil
}

// order reads a request and opens its subject.
func (e *engine) order(v js.Value) (*builder.Order, error) {
	t := tree(v)
	var names struct{ Kind, Slug string }
	o := &builder.Order{}
	err := errors.Join(plain.Into(t, &names), plain.Into(t, &o.Request))
	if err != nil {
		return nil, err
	}
	o.Subject, err = e.subject(names.Kind, names.Slug)
	return o, err
}

func (e *engine) build(args []js.Value) (any, error) {
	o, err := e.order(args[0])
	if err != nil {
		return nil, err
	}
	return plain.Of(o.Subject.Build(&o.Request)), nil
}

// archive answers the files of a list of requests, of the platforms listed.
func (e *engine) archive(args []js.Value) (any, error) {
	var orders []builder.Order
	for i := range args[0].Length() {
		o, err := e.order(args[0].Index(i))
		if err != nil {
			return nil, err
		}
		orders = append(orders, *o)
	}
	var platforms []string
	if err := plain.Into(tree(args[1]), &platforms); err != nil {
		return nil, err
	}
	files, err := builder.Archive(orders, platforms)
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
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	e.open[path] = s
	return s, nil
}

func (e *engine) read(path string) (*builder.Data, error) {
	v, ok := e.data[path]
	if !ok {
		return nil, fmt.Errorf("%s is not open", path)
	}
	d := new(builder.Data)
	if err := plain.Into(tree(v), d); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return d, nil
}

// tree is a value of JavaScript as [plain.Into] takes it.
func tree(v js.Value) any {
	switch v.Type() {
	case js.TypeString:
		return v.String()
	case js.TypeNumber:
		return v.Float()
	case js.TypeBoolean:
		return v.Bool()
	case js.TypeObject:
		if js.Global().Get("Array").Call("isArray", v).Bool() {
			out := make([]any, v.Length())
			for i := range out {
				out[i] = tree(v.Index(i))
			}
			return out
		}
		out := map[string]any{}
		keys := js.Global().Get("Object").Call("keys", v)
		for i := range keys.Length() {
			k := keys.Index(i).String()
			out[k] = tree(v.Get(k))
		}
		return out
	}
	return nil
}
