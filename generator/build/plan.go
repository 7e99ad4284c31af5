package build

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// sortPlan returns the outputs in the order of their paths, or every reason why they cannot stand side by side.
func sortPlan(plan []Output) ([]*Output, error) {
	sorted := make([]*Output, len(plan))
	var errs []error
	for i := range plan {
		sorted[i] = &plan[i]
		if err := ValidPath(plan[i].Path); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", describe(plan, &plan[i]), err))
		} else if (plan[i].Render == nil) == (plan[i].Assemble == nil) {
			errs = append(errs, fmt.Errorf("%s: %s needs one of Render and Assemble", describe(plan, &plan[i]), plan[i].Path))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	slices.SortStableFunc(sorted, func(a, b *Output) int { return strings.Compare(a.Path, b.Path) })
	for i := 1; i < len(sorted); i++ {
		if a, b := sorted[i-1], sorted[i]; a.Path == b.Path {
			errs = append(errs, fmt.Errorf("%s: two outputs of one path: %s and %s", a.Path, describe(plan, a), describe(plan, b)))
		}
	}
	return sorted, errors.Join(append(errs, collisions(sorted)...)...)
}

// collisions finds paths that differ only in case and paths that are a file here and a folder there.
func collisions(sorted []*Output) []error {
	var errs []error
	files := map[string]*Output{} // by folded path, of those that are not folded
	dirs := map[string]*Output{}  // by folded path, the first output below
	last := ""
	for _, o := range sorted {
		if !folded(o.Path) {
			f := fold(o.Path)
			other := files[f]
			if other == nil {
				files[f] = o
				other = find(sorted, f)
			}
			if other != nil && other.Path != o.Path {
				errs = append(errs, fmt.Errorf("%s: differs only in case from %s", o.Path, other.Path))
			}
		}
		dir := parent(o.Path)
		for d := dir; d != "" && d != last; d = parent(d) {
			other := dirs[fold(d)]
			if other == nil {
				dirs[fold(d)] = o
			} else if other.Path[:len(d)] != d {
				errs = append(errs, fmt.Errorf("%s: its folder differs only in case from that of %s", o.Path, other.Path))
			}
		}
		last = dir
	}
	for _, o := range sorted {
		if below := dirs[fold(o.Path)]; below != nil {
			errs = append(errs, fmt.Errorf("%s: a file that %s needs as a folder", o.Path, below.Path))
		}
	}
	return errs
}

func find(sorted []*Output, path string) *Output {
	i, ok := slices.BinarySearchFunc(sorted, path, func(o *Output, p string) int { return strings.Compare(o.Path, p) })
	if !ok {
		return nil
	}
	return sorted[i]
}

// describe names an output by its source, or by its place in the plan.
func describe(plan []Output, o *Output) string {
	if o.Source != "" {
		return o.Source
	}
	for i := range plan {
		if o == &plan[i] {
			return fmt.Sprintf("output %d", i+1)
		}
	}
	return "output"
}
