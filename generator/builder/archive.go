package builder

import (
	"errors"
	"strconv"

	"portolan/generator/policy"
)

// Order is a request with its subject.
type Order struct {
	Subject *Subject
	Request Request
}

// Archive lists the files of a zip file of all that is asked for: for each
// order the rules for every platform at every vantage point that it fits,
// whatever the order's own are, the connection tests under verify/, and the
// change request. Of several orders each has a folder. Platforms are the ids of
// those that are wanted; none: all. An error is the first that an order has.
func Archive(orders []Order, platforms []string) (out []File, err error) {
	taken := map[string]bool{}
	for i := range orders {
		o := &orders[i]
		folder := ""
		if len(orders) > 1 {
			folder = o.Subject.Slug() + "/"
			for n := 2; taken[folder]; n++ {
				folder = o.Subject.Slug() + "-" + strconv.Itoa(n) + "/"
			}
			taken[folder] = true
		}
		files, err := o.files(platforms)
		if err != nil {
			return nil, errors.New(o.Subject.Name() + ": " + err.Error())
		}
		for _, f := range files {
			out = append(out, File{folder + f.Name, f.Text})
		}
	}
	return out, nil
}

// files are those of one order.
func (o *Order) files(platforms []string) (out []File, err error) {
	c := &Compiled{}
	compile := o.Subject.choose(c, &o.Request)
	var tested []File
	for _, at := range o.Subject.Vantages() {
		p := compile(at)
		c.Faults = append(c.Faults, Contradictions(p)...)
		for _, pl := range known(platforms) {
			if !pl.Info().Fits(at) {
				continue
			}
			text, _, err := policy.File(pl, p)
			if err != nil {
				return nil, err
			}
			out = append(out, File{policy.FileName(pl.Info(), at), string(text)})
		}
		for _, t := range tests(p) {
			tested = append(tested, File{"verify/" + t.Name, t.Text})
		}
	}
	for _, f := range c.Faults {
		if !f.Warning {
			return nil, errors.New(f.Message())
		}
	}
	return append(append(out, tested...), File{"change-request.csv", string(o.Subject.request(&o.Request))}), nil
}
