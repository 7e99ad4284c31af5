package site

// column is what is known of a column by its title.
type column struct {
	// order is how the browser sorts by it: as text with its numbers by value,
	// by the first port, or by need, strongest first. Empty: it holds prose or
	// lists, of which there is no order.
	order string
	// width is a class of the style sheet. A table's widths do not depend on
	// its rows, so that nothing moves while they arrive; columns without a width
	// share what is left.
	width string
	// numeric tells that it holds numbers, which stand to the right.
	numeric bool
}

var columns = map[string]column{
	"No.":       {order: "text", width: "w1"},
	"Port":      {order: "ports", width: "w4"},
	"Ports":     {order: "ports", width: "w4"},
	"Need":      {order: "need", width: "w3"},
	"Product":   {order: "text", width: "w6"},
	"Service":   {order: "text", width: "w5"},
	"Direction": {order: "text", width: "w2"},
	"Kind":      {order: "text", width: "w2"},
	"Way":       {width: "w2"},
	"Zone":      {width: "w2"},

	"Listens on": {order: "ports"}, "Connects out to": {order: "ports"},
	"Connections": {order: "text", width: "w3", numeric: true},
	"Reviewed":    {order: "text", width: "w2"},

	"Usual ports": {order: "ports", width: "w4"}, "Protection": {order: "text", width: "w5"}, "Registered name": {order: "text", width: "w4"},

	"Pair": {order: "text"}, "Services in common": {order: "text", width: "w4", numeric: true},
	"The first opens": {width: "w6"}, "The second opens": {width: "w6"}, "Other ways": {width: "w6"},

	"Checked": {order: "text", width: "w2"}, "Oldest source read": {order: "text", width: "w2"}, "Sources": {order: "text", width: "w4"},
	"Contested": {order: "text", width: "w2"}, "Port not stated": {order: "text", width: "w2"}, "Rests on one source of several": {width: "w3"},

	"Firewalls on the way": {width: "w6"},
	"Host":                 {width: "w5"},

	"Party": {width: "w6"}, "Names and addresses": {width: "w6"},
	"Platform": {width: "w5"}, "Software": {width: "w5"}, "Source": {width: "w6"},
}

// columns appends the head of a table and opens its body.
func (m *markup) columns(titles ...string) {
	m.raw(`<thead><tr>`)
	for _, t := range titles {
		c := columns[t]
		class := c.width
		if c.numeric {
			class += " al-r"
		}
		m.raw(`<th scope="col"`)
		if class != "" {
			m.raw(` class="`, class, `"`)
		}
		if c.order != "" {
			m.raw(` data-order="`, c.order, `"`)
		}
		m.raw(`>`).text(t).raw(`</th>`)
	}
	m.raw(`</tr></thead><tbody>`)
}
