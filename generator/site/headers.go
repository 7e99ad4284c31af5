package site

// headersPath is the file in which static hosts look for the headers to send:
// Netlify, Cloudflare Pages and others read the same form.
const headersPath = "/_headers"

// headers says what only a header can; the content security policy stands in
// the pages themselves. A name with its content's hash in it never comes back
// with other content, so it may be kept for a year. Nothing here forbids
// frames: tables are there to be framed, and what a rule for all says no rule
// for one folder can take back.
func (s *Site) headers() []byte {
	m := &markup{}
	m.raw("/*\n",
		"  X-Content-Type-Options: nosniff\n",
		"  Referrer-Policy: strict-origin-when-cross-origin\n",
		"  Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\n",
		"  Access-Control-Allow-Origin: *\n")
	for _, a := range s.Assets.All() {
		m.raw("/assets/", a.Output, "\n  Cache-Control: public, max-age=31536000, immutable\n")
	}
	return m.bytes()
}
