// Package sources asks whether the documents that the facts come from are
// still at their addresses.
//
// It is the one part of the program that asks others for anything, and only
// when told to. Its findings are warnings: a vendor's server that is down
// makes no fact wrong.
package sources

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"portolan/generator/catalog"
	"portolan/generator/diag"
)

// Options say how to ask. The zero value asks politely.
type Options struct {
	// Client asks; nil: one of its own with Timeout.
	Client *http.Client
	// Timeout is for one address; 0: 20 seconds.
	Timeout time.Duration
	// Pause is what lies between two questions to one host; 0: one second.
	// Negative: none.
	Pause time.Duration
	// Agent is how it names itself to servers; empty: "portolan".
	Agent string
}

// Check asks for every address that a source names, each once, one at a time
// of each host, and reports at the sources' own lines what is gone, what has
// moved for good and what could not be asked. It returns how many addresses
// were asked for.
func Check(ctx context.Context, c *catalog.Catalog, o Options, sink diag.Sink) int {
	if o.Timeout == 0 {
		o.Timeout = 20 * time.Second
	}
	if o.Pause == 0 {
		o.Pause = time.Second
	}
	if o.Agent == "" {
		o.Agent = "portolan"
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: o.Timeout}
	}
	// What a redirection says matters, so it is not followed blindly.
	client := *o.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

	cited := map[string][]diag.Pos{} // where each address stands
	hosts := map[string][]string{}
	for _, p := range c.Products {
		for _, s := range p.Sources {
			if s.URL == "" {
				continue
			}
			if cited[s.URL] == nil {
				u, err := url.Parse(s.URL)
				if err != nil {
					continue // the catalog's own checks have said so
				}
				hosts[u.Host] = append(hosts[u.Host], s.URL)
			}
			cited[s.URL] = append(cited[s.URL], p.At.At("source."+s.ID+".url"))
		}
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	for _, list := range hosts {
		slices.Sort(list)
		wg.Go(func() {
			for i, address := range list {
				if i > 0 && o.Pause > 0 {
					select {
					case <-time.After(o.Pause):
					case <-ctx.Done():
						return
					}
				}
				code, text, hint := ask(ctx, &client, o.Agent, address)
				if code == "" {
					continue
				}
				mu.Lock()
				for _, at := range cited[address] {
					sink.Add(diag.Diagnostic{Pos: at, Severity: diag.Warning, Code: code, Text: text, Hint: hint})
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return len(cited)
}

// maxHops is how many redirections are followed.
const maxHops = 8

// ask returns what is wrong with an address; an empty code: nothing.
func ask(ctx context.Context, client *http.Client, agent, address string) (code, text, hint string) {
	at, permanent := address, ""
	lasting := true // every hop so far was permanent
	for range maxHops {
		answer, err := get(ctx, client, agent, at) //nolint:bodyclose // get has closed it
		if err != nil {
			var failed *url.Error
			if errors.As(err, &failed) {
				err = failed.Err
			}
			return "source-unreachable", fmt.Sprintf("%s does not answer: %v", at, err), ""
		}
		status := answer.StatusCode
		switch {
		case status >= 300 && status < 400 && answer.Header.Get("Location") != "":
			next, err := answer.Location()
			if err != nil {
				return "source-unreachable", fmt.Sprintf("%s leads nowhere: %v", at, err), ""
			}
			if lasting = lasting && (status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect); lasting {
				permanent = next.String()
			}
			at = next.String()
			continue
		case status == http.StatusNotFound || status == http.StatusGone:
			return "source-gone", fmt.Sprintf("%s: %s", address, answer.Status), "look for the document's new address, or cite an archived copy"
		case status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusTooManyRequests:
			return "source-refused", fmt.Sprintf("%s: %s", address, answer.Status), "open it by hand: some servers refuse programs"
		case status >= 400:
			return "source-unreachable", fmt.Sprintf("%s: %s", address, answer.Status), ""
		case permanent != "" && !same(permanent, address):
			return "source-moved", fmt.Sprintf("%s has moved for good", address), "it is at " + permanent
		}
		return "", "", ""
	}
	return "source-unreachable", fmt.Sprintf("%s: more than %d redirections", address, maxHops), ""
}

// same tells that two addresses differ by the fragment alone, which servers
// never see.
func same(a, b string) bool {
	a, _, _ = strings.Cut(a, "#")
	b, _, _ = strings.Cut(b, "#")
	return a == b
}

// get asks with HEAD, and with GET where a server knows no HEAD.
func get(ctx context.Context, client *http.Client, agent, address string) (*http.Response, error) {
	var answer *http.Response
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		request, err := http.NewRequestWithContext(ctx, method, address, nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("User-Agent", agent)
		request.Header.Set("Accept", "*/*")
		if answer, err = client.Do(request); err != nil {
			return nil, err
		}
		_ = answer.Body.Close() // nothing of it is read
		if s := answer.StatusCode; s < 400 || s == http.StatusTooManyRequests {
			break // 403, 404, 405 and 501 are also what servers say that know no HEAD
		}
	}
	return answer, nil
}
