// Package cli is the command line: flags, exit codes and what is printed.
//
// It is the only user of arguments, environment and standard streams, and
// gets them from its caller, so that a test runs it without a process.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/diag/report"
	"portolan/generator/policy/platforms"
	"portolan/generator/site"
	"portolan/generator/table/dialects"
)

// The exit codes of the public contract.
const (
	exitDone  = 0
	exitFault = 1 // the data or content is wrong, or the work could not be finished
	exitUsage = 2 // the command line is wrong
)

// errTold ends a command whose faults are printed already.
var errTold = errors.New("faults were printed")

// failure is an error of the work, not of the command line.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// Main runs the program and returns its exit code.
func Main(builtin fs.FS, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Run(ctx, builtin, args, stdin, stdout, stderr)
}

// Run is Main with a context that ends it.
func Run(ctx context.Context, builtin fs.FS, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot(&program{builtin: builtin, in: stdin, out: stdout, err: stderr})
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var f failure
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errTold):
		return exitFault
	case errors.As(err, &f):
		fmt.Fprintf(stderr, "portolan: %v\n", err)
		return exitFault
	}
	fmt.Fprintf(stderr, "portolan: %v\nSee 'portolan --help'.\n", err)
	return exitUsage
}

// program is what the commands share.
type program struct {
	builtin  fs.FS
	in       io.Reader
	out, err io.Writer
	dir      string // -s
}

func newRoot(p *program) *cobra.Command {
	root := &cobra.Command{
		Use:   "portolan",
		Short: "Turn what vendors say about firewall ports into a site",
		Long: "portolan keeps each product's firewall requirements as one checked TOML file\n" +
			"and makes of them a site, firewall rules, tables for other places, and answers.",
		Example:       "  portolan build -s mysite\n  portolan lookup 28500",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVarP(&p.dir, "site", "s", ".", "the site's `folder`, with data/ and content/")
	root.AddCommand(p.build(), p.serve(), p.check(), p.diff(), p.importTable(), p.lookup(), p.newFiles(), p.rules(), p.table(), p.diagram(), p.schema(), p.version())
	return root
}

// known are the ids that data may name.
func known() catalog.Known {
	return catalog.Known{Platforms: platforms.IDs(), Formats: dialects.IDs()}
}

// source is the site's folder.
func (p *program) source(baseURL string, jobs int) (site.Source, error) {
	info, err := os.Stat(p.dir)
	switch {
	case err != nil:
		return site.Source{}, failure{err}
	case !info.IsDir():
		return site.Source{}, failure{fmt.Errorf("%s is not a folder", p.dir)}
	}
	return site.Source{Files: os.DirFS(p.dir), Builtin: p.builtin, Known: known(), BaseURL: baseURL, Jobs: jobs}, nil
}

// open reads and checks the site. Errors are printed, and warnings counted.
func (p *program) open() (*site.Site, error) {
	src, err := p.source("", 0)
	if err != nil {
		return nil, err
	}
	s, warnings, err := p.read(src)
	p.remark(warnings)
	return s, err
}

// read is open of a source. It returns the count of the warnings in words,
// empty if there are none.
func (p *program) read(src site.Source) (s *site.Site, warnings string, err error) {
	var list diag.List
	s, err = site.Open(src, &list)
	if err != nil {
		return nil, "", failure{err}
	}
	sorted := list.Sorted()
	if !list.HasErrors() {
		if n := len(sorted); n > 0 {
			warnings = fmt.Sprintf("%d warnings; portolan check lists them", n)
		}
		return s, warnings, nil
	}
	if err := report.Write(p.err, report.Text, sorted); err != nil {
		return nil, "", failure{err}
	}
	return nil, "", errTold
}

// remark says something of the site to a person.
func (p *program) remark(text string) {
	if text != "" && isTerminal(p.err) {
		fmt.Fprintln(p.err, text)
	}
}

// usage turns the errors of an argument check into errors of usage that name
// the command.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return fmt.Errorf("%s: %w", cmd.CommandPath(), err)
		}
		return nil
	}
}

// isTerminal tells whether a person reads what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// isScreen tells whether what is written is shown to a person, and not thrown away.
func isScreen(w io.Writer) bool {
	if !isTerminal(w) {
		return false
	}
	info, err := w.(*os.File).Stat()
	null, nullErr := os.Stat(os.DevNull)
	return err == nil && (nullErr != nil || !os.SameFile(info, null))
}
