package note

// Links lists the addresses that the blocks lead to, in order.
func Links(blocks []Block) []string {
	var out []string
	for _, b := range blocks {
		switch b := b.(type) {
		case *Paragraph:
			out = appendLinks(out, b.Inlines)
		case *List:
			for _, item := range b.Items {
				out = append(out, Links(item)...)
			}
		}
	}
	return out
}

func appendLinks(out []string, list []Inline) []string {
	for _, in := range list {
		switch in := in.(type) {
		case *Link:
			out = append(out, in.URL)
		case *Strong:
			out = appendLinks(out, in.Inlines)
		case *Emphasis:
			out = appendLinks(out, in.Inlines)
		}
	}
	return out
}
