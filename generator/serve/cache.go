package serve

import (
	"bytes"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"runtime/debug"
	"sync"

	"portolan/generator/build"
)

// pages keeps what was rendered, up to a limit of bytes; what was longest not asked for goes first.
type pages struct {
	limit int64

	mu    sync.Mutex
	size  int64
	known map[version]*list.Element // of *page
	order list.List                 // the last asked for in front
}

// version names the content of an output: an equal key promises equal bytes.
type version struct {
	path string
	key  build.Key
}

// page is a rendered output.
type page struct {
	version
	ready   chan struct{} // closed once the rest is set
	content []byte
	sum     string // of the content
	hook    int    // where the reload script goes into an HTML page, -1 into anything else
	err     error

	cost int64 // what it adds to the size of its pages; guarded by their mu
}

// get renders an output of an edition, or returns what it rendered to before. Of several who ask at once, one renders. A render that
// fails is not kept.
func (c *pages) get(ctx context.Context, e *edition, o *build.Output) (*page, error) {
	v := version{o.Path, o.Key}
	c.mu.Lock()
	if kept, ok := c.known[v]; ok {
		c.order.MoveToFront(kept)
		c.mu.Unlock()
		p := kept.Value.(*page)
		select {
		case <-p.ready:
			return p, p.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	p := &page{version: v, ready: make(chan struct{})}
	if c.known == nil {
		c.known = map[version]*list.Element{}
	}
	kept := c.order.PushFront(p)
	c.known[v] = kept
	c.mu.Unlock()

	p.render(context.WithoutCancel(ctx), o, func(path string) ([]byte, error) {
		other, err := c.get(ctx, e, e.find(path))
		if err != nil {
			return nil, err
		}
		return other.content, nil
	})
	close(p.ready)

	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known[v] == kept {
		p.cost = int64(len(p.content))
		c.size += p.cost
		if p.err != nil {
			c.drop(kept)
		}
	}
	for c.size > c.limit {
		c.drop(c.order.Back())
	}
	return p, p.err
}

func (c *pages) drop(e *list.Element) {
	p := c.order.Remove(e).(*page)
	delete(c.known, p.version)
	c.size -= p.cost
}

// render fills the page; read is asked for the others that it is made of. A panic becomes an error.
func (p *page) render(ctx context.Context, o *build.Output, read func(path string) ([]byte, error)) {
	defer func() {
		if v := recover(); v != nil {
			p.content, p.err = nil, fmt.Errorf("%s: render panicked: %v\n%s", o.Path, v, debug.Stack())
		}
	}()
	var content []byte
	var err error
	if o.Assemble != nil {
		var b bytes.Buffer
		err = o.Assemble(ctx, &b, read)
		content = b.Bytes()
	} else {
		content, err = o.Render(ctx)
	}
	if err != nil {
		p.err = fmt.Errorf("%s: %w", o.Path, err)
		return
	}
	sum := sha256.Sum256(content)
	p.content, p.sum, p.hook = content, hex.EncodeToString(sum[:8]), -1
	if path.Ext(o.Path) == ".html" {
		p.hook = endOfBody(content)
	}
}

// endOfBody returns where the last </body> begins. A fragment has none, and -1 is returned.
func endOfBody(page []byte) int {
	const tag = "</body"
	for i := bytes.LastIndex(page, []byte("</")); i >= 0; i = bytes.LastIndex(page[:i], []byte("</")) {
		if len(page)-i >= len(tag) && bytes.EqualFold(page[i:i+len(tag)], []byte(tag)) {
			return i
		}
	}
	return -1
}
