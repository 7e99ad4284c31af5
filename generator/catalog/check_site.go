package catalog

import (
	"strings"

	"portolan/generator/diag"
)

func checkSite(s *Site, known Known, sink diag.Sink) {
	a := at{s.At, sink}
	a.text(s)
	if s.BaseURL != "" {
		switch {
		case urlFault(s.BaseURL) != "" || strings.HasPrefix(s.BaseURL, "mailto:"):
			a.errorf("base_url", "bad-url", "%q is not an http or https address", s.BaseURL)
		case !strings.HasSuffix(s.BaseURL, "/"):
			a.errorf("base_url", "bad-url", "%q has no final slash", s.BaseURL)
		}
	}
	for _, limit := range []struct {
		key string
		n   *int
	}{{"compare_limit", s.CompareLimit}, {"connect_limit", s.ConnectLimit}} {
		if limit.n != nil && *limit.n < 0 {
			a.errorf(limit.key, "bad-value", "a number of pages is not %d", *limit.n)
		}
	}
	a.template("edit_url", s.EditURL, "path")
	switch {
	case s.EditURL == "":
	case strings.HasPrefix(s.EditURL, "mailto:"):
		a.errorf("edit_url", "bad-url", "%q is not an http or https address", s.EditURL)
	case !strings.Contains(s.EditURL, "{path}"):
		a.errorf("edit_url", "bad-url", "%q has no {path}, so that it leads to the same for every page", s.EditURL)
	}
	a.template("report_url", s.ReportURL, "page", "path", "title")
	a.refs("platforms", "platform", s.Platforms, known.Platforms)
	a.refs("formats", "format", s.Formats, known.Formats)
	a.refs("warnings_off", "warning", s.WarningsOff, WarningCodes())
}

func checkServices(s *Services, sink diag.Sink) {
	a := at{s.At, sink}
	a.text(s)
	for i := range s.List {
		v := &s.List[i]
		path := "service." + v.ID
		a.id(path, v.ID)
		a.url(path+".reference", v.Reference)
		if v.Ports.HasAnyPort() || !v.Ports.Known() || v.Ports.IsAny() {
			a.errorf(path+".ports", "bad-value", "usual ports of a service are numbers, not %q", v.Ports)
		}
	}
}

func checkZones(z *Zones, sink diag.Sink) {
	a := at{z.At, sink}
	a.text(z)
	for i := range z.List {
		id := z.List[i].ID
		a.id("zone."+id, id)
		if id == AnyZone {
			a.errorf("zone."+id, "bad-id", `"any" is every zone and cannot be one of them`)
		}
	}
}
