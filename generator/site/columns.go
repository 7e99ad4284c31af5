package site

// columnOrder is how the browser sorts a table by a column of that title: as
// text with its numbers by value, as numbers that stand to the right, by the first port, or by need, strongest
// first. Columns of other titles hold prose or lists, of which there is no order.
var columnOrder = map[string]string{
	"Port": "ports", "Ports": "ports", "Usual ports": "ports", "Listens on": "ports", "Connects out to": "ports",
	"Need":    "need",
	"Product": "text", "Kind": "text", "Reviewed": "text", "Connections": "number", "Direction": "text", "No.": "text",
	"Service": "text", "Protection": "text", "Registered name": "text", "Pair": "text", "Services in common": "number",
	"Checked": "text", "Oldest source read": "text", "Sources": "text", "Contested": "text", "Port not stated": "text",
}

// columns appends the head of a table and opens its body.
func (m *markup) columns(titles ...string) {
	m.raw(`<thead><tr>`)
	for _, t := range titles {
		m.raw(`<th scope="col"`)
		switch order := columnOrder[t]; order {
		case "":
		case "number":
			m.raw(` class="al-r" data-order="text"`)
		default:
			m.raw(` data-order="`, order, `"`)
		}
		m.raw(`>`).text(t).raw(`</th>`)
	}
	m.raw(`</tr></thead><tbody>`)
}
