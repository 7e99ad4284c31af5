package page

import (
	"bufio"
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// table keeps the label of a table: the heading above it, numbered from the
// second on.
func (r *reader) table(n ast.Node) {
	if n.Kind() != table.KindTable {
		return
	}
	label := r.above
	if label == "" {
		label = "Table"
	}
	r.tables[label]++
	if i := r.tables[label]; i > 1 {
		label += ", " + strconv.Itoa(i)
	}
	r.labels[n] = label
}

// AppendHTML appends the page as HTML. What rewrite answers for a link stands
// as its destination; for "" only the link's text is printed, and nothing of an
// image. A nil rewrite leaves the links as they are. Raw HTML and destinations
// that Parse found fault with are left out.
func (p *Page) AppendHTML(dst []byte, rewrite func(Link) string) []byte {
	if rewrite == nil {
		rewrite = func(l Link) string { return l.URL }
	}
	own := &printer{page: p, rewrite: rewrite}
	r := renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(own, 100),
		util.Prioritized(extension.NewTableHTMLRenderer(), 500),
		util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		util.Prioritized(html.NewRenderer(), 1000),
	))
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	if err := r.Render(w, p.source, p.doc); err != nil {
		panic(err) // neither the memory nor our functions give one
	}
	_ = w.Flush()
	return append(dst, clean(out.Bytes())...) // a character reference can name anything
}

// printer overrides what goldmark would print otherwise.
type printer struct {
	page    *Page
	rewrite func(Link) string
	widths  []string // of the table at hand
}

// RegisterFuncs is goldmark's way to ask for the functions.
func (p *printer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindLink, p.link)
	reg.Register(ast.KindAutoLink, p.autoLink)
	reg.Register(ast.KindImage, p.image)
	reg.Register(ast.KindHTMLBlock, skip)
	reg.Register(ast.KindRawHTML, skip)
	reg.Register(ast.KindFencedCodeBlock, p.code)
	reg.Register(table.KindTable, p.table)
	reg.Register(table.KindTableCell, p.cell)
	reg.Register(table.KindTaskCheckBox, p.task)
}

func skip(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkSkipChildren, nil
}

// href gives the destination to print, escaped for an attribute; nil for none.
func (p *printer) href(n ast.Node) []byte {
	i, ok := p.page.links[n]
	if !ok {
		return nil
	}
	l := p.page.Links[i]
	if badURL(l.URL) != "" {
		return nil
	}
	s := p.rewrite(l)
	if s == "" || badURL(s) != "" {
		return nil
	}
	return util.EscapeHTML(util.URLEscape([]byte(s), false))
}

func (p *printer) link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	href := p.href(n)
	switch {
	case href == nil:
	case entering:
		_, _ = w.WriteString(`<a href="`)
		_, _ = w.Write(href)
		if title := n.(*ast.Link).Title; len(title) > 0 {
			_, _ = w.WriteString(`" title="`)
			html.DefaultWriter.Write(w, title)
		}
		_, _ = w.WriteString(`">`)
	default:
		_, _ = w.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

func (p *printer) autoLink(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	href := p.href(n)
	if href != nil {
		_, _ = w.WriteString(`<a href="`)
		_, _ = w.Write(href)
		_, _ = w.WriteString(`">`)
	}
	_, _ = w.Write(util.EscapeHTML(n.(*ast.AutoLink).Label(source)))
	if href != nil {
		_, _ = w.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

func (p *printer) image(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	href := p.href(n)
	if !entering || href == nil || isExternal(p.page.Links[p.page.links[n]].URL) {
		return ast.WalkSkipChildren, nil
	}
	_, _ = w.WriteString(`<img src="`)
	_, _ = w.Write(href)
	_, _ = w.WriteString(`" alt="`)
	_, _ = w.Write(util.EscapeHTML([]byte(p.page.Links[p.page.links[n]].Text)))
	if title := n.(*ast.Image).Title; len(title) > 0 {
		_, _ = w.WriteString(`" title="`)
		html.DefaultWriter.Write(w, title)
	}
	_, _ = w.WriteString(`">`)
	return ast.WalkSkipChildren, nil
}

func (p *printer) code(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.FencedCodeBlock)
	_, _ = w.WriteString("<pre><code")
	if language := n.Language(source); len(language) > 0 {
		_, _ = w.WriteString(` class="language-`)
		html.DefaultWriter.Write(w, language)
		_ = w.WriteByte('"')
	}
	_ = w.WriteByte('>')
	for _, line := range n.Lines().Sliced(0, n.Lines().Len()) {
		html.DefaultWriter.RawWrite(w, line.Value(source))
	}
	_, _ = w.WriteString("</code></pre>\n")
	return ast.WalkSkipChildren, nil
}

func (p *printer) table(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, _ = w.WriteString("</table></div>\n")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString(`<div class="scroll" role="region" tabindex="0" aria-label="`)
	_, _ = w.Write(util.EscapeHTML([]byte(p.page.labels[n])))
	p.widths = p.page.widths(n)
	if len(p.widths) > 2 {
		_, _ = w.WriteString("\"><table class=\"wide\">\n")
	} else {
		_, _ = w.WriteString("\"><table>\n")
	}
	return ast.WalkContinue, nil
}

func (p *printer) cell(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*table.TableCell)
	tag, scope := "td", ""
	if n.Parent().Kind() == table.KindTableHeader {
		tag, scope = "th", ` scope="col"`
	}
	if !entering {
		_, _ = w.WriteString("</" + tag + ">\n")
		return ast.WalkContinue, nil
	}
	var classes []string
	switch n.Alignment {
	case table.AlignRight:
		classes = append(classes, "al-r")
	case table.AlignCenter:
		classes = append(classes, "al-c")
	}
	if scope != "" {
		if width := p.widths[column(n)]; width != "" {
			classes = append(classes, width)
		}
	}
	_, _ = w.WriteString("<" + tag + scope)
	if len(classes) > 0 {
		_, _ = w.WriteString(` class="` + strings.Join(classes, " ") + `"`)
	}
	_ = w.WriteByte('>')
	return ast.WalkContinue, nil
}

// task prints a sign: a check box that nobody can check would be a form field
// without a label.
func (p *printer) task(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		sign := `<span role="img" aria-label="open">☐</span> `
		if n.(*table.TaskCheckBox).IsChecked {
			sign = `<span role="img" aria-label="done">☑</span> `
		}
		_, _ = w.WriteString(sign)
	}
	return ast.WalkContinue, nil
}
