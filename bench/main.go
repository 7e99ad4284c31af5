// Bench builds one set of synthetic products with portolan and with Hugo, and
// prints wall time, processor time, memory and files of both side by side.
//
// Each round runs every case once, so that whatever else the machine does
// meets all of them; the medians are printed. Nothing is deleted before the
// last measurement, as some file systems pay for that much later.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"portolan/generator/bench"
)

// hugoVersion is the newest that builds with the Go of go.mod.
const hugoVersion = "v0.165.0"

func main() {
	n := flag.Int("products", 1000, "how many products")
	rounds := flag.Int("rounds", 5, "how often each case is run")
	tmp := flag.String("tmp", "/dev/shm", "the folder to work in; a disk would measure itself")
	limit := flag.Bool("limit", false, "write the files of one folder into another and print the seconds; for the program's own use")
	hugo := flag.String("hugo", "", "the hugo to use; empty: built once, from the Go module proxy, and kept in the user's cache")
	flag.Parse()
	if *limit {
		if err := writeOnly(flag.Arg(0), flag.Arg(1)); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(*n, *rounds, *tmp, *hugo); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(n, rounds int, tmp, hugo string) (err error) {
	dir, err := os.MkdirTemp(tmp, "portolan-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if hugo == "" {
		if hugo, err = buildHugo(); err != nil {
			return err
		}
	}
	b := &race{dir: dir, hugo: hugo, portolan: filepath.Join(dir, "portolan")}
	if err := command("..", "go", "build", "-o", b.portolan, ".").Run(); err != nil {
		return err
	}
	if err := b.prepare(n); err != nil {
		return err
	}
	for round := range rounds {
		if err := b.round(round); err != nil {
			return err
		}
	}
	fmt.Printf("%d products, %d rounds, medians; %d processors, %s, %s, Hugo %s\n\n", n, rounds, runtime.NumCPU(), runtime.Version(), tmp, hugoVersion)
	b.print(os.Stdout)
	return nil
}

// buildHugo builds Hugo in a module that is thrown away.
func buildHugo() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	out := filepath.Join(cache, "portolan-bench", "hugo-"+hugoVersion)
	if _, err := os.Stat(out); err == nil {
		return out, nil
	}
	dir, err := os.MkdirTemp("", "portolan-hugo-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	begin := time.Now()
	fmt.Fprintf(os.Stderr, "building Hugo %s, which takes some minutes the first time\n", hugoVersion)
	for _, args := range [][]string{
		{"mod", "init", "throwaway"}, {"get", "github.com/gohugoio/hugo@" + hugoVersion}, {"build", "-o", out, "github.com/gohugoio/hugo"},
	} {
		if text, err := command(dir, "go", args...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, text)
		}
	}
	fmt.Fprintf(os.Stderr, "built Hugo in %.0f s\n", time.Since(begin).Seconds())
	return out, nil
}

func command(dir, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = dir
	return c
}

// race is one comparison.
type race struct {
	dir            string
	portolan, hugo string
	cases          []*result
}

// result is what one case took, one entry a round.
type result struct {
	name      string
	wall, cpu []float64
	memory    []float64 // MiB, 0 where it is not a process of its own
	files     int
}

func (b *race) path(parts ...string) string {
	return filepath.Join(append([]string{b.dir}, parts...)...)
}

// prepare writes the same products for both.
func (b *race) prepare(n int) error {
	if err := bench.Write(b.path("in"), n); err != nil {
		return err
	}
	if err := os.CopyFS(b.path("hugo"), os.DirFS("hugo")); err != nil {
		return err
	}
	return os.CopyFS(b.path("hugo", "data", "products"), os.DirFS(b.path("in", "data", "products")))
}

func (b *race) round(round int) error {
	ours, theirs, plain := b.path(fmt.Sprint("portolan-", round)), b.path(fmt.Sprint("hugo-", round)), b.path(fmt.Sprint("plain-", round))
	hugo := []string{b.hugo, "-s", b.path("hugo"), "-d", theirs, "--noBuildLock", "--quiet"}
	portolan := []string{b.portolan, "build", "-s", b.path("in"), "-o", ours}
	if err := bench.Edit(b.path("in"), 3, 2*round); err != nil { // so that each round's edit is one
		return err
	}
	for _, c := range []struct {
		name string
		out  string
		args []string
	}{
		{"Hugo, first build", theirs, hugo},
		{"portolan, first build", ours, portolan},
		{"Hugo, nothing changed", theirs, hugo},
		{"portolan, nothing changed", ours, portolan},
		{"portolan, one product edited", ours, portolan},
	} {
		if strings.HasSuffix(c.name, "edited") {
			if err := bench.Edit(b.path("in"), 3, 2*round+1); err != nil {
				return err
			}
		}
		if err := b.process(c.name, c.out, c.args); err != nil {
			return err
		}
	}
	return b.limit(ours, plain)
}

func (b *race) result(name string) *result {
	i := slices.IndexFunc(b.cases, func(r *result) bool { return r.name == name })
	if i < 0 {
		b.cases = append(b.cases, &result{name: name})
		i = len(b.cases) - 1
	}
	return b.cases[i]
}

// process runs a command and notes what it took.
func (b *race) process(name, out string, args []string) error {
	c := command(b.dir, args[0], args[1:]...)
	begin := time.Now()
	text, err := c.CombinedOutput()
	wall := time.Since(begin)
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, text)
	}
	r := b.result(name)
	r.wall = append(r.wall, wall.Seconds())
	r.cpu = append(r.cpu, (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds())
	if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.memory = append(r.memory, float64(usage.Maxrss)/1024)
	}
	r.files = 0
	return filepath.WalkDir(out, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			r.files++
		}
		return err
	})
}

// limit writes the files of a site again. That is another process's work, as
// a process is charged with the memory of the one that started it.
func (b *race) limit(from, to string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c := command(".", self, "-limit", from, to)
	c.Stderr = os.Stderr
	text, err := c.Output()
	if err != nil {
		return err
	}
	r := b.result("limit: portolan's files written from memory")
	var wall, cpu float64
	if _, err := fmt.Sscan(string(text), &wall, &cpu, &r.files); err != nil {
		return err
	}
	r.wall, r.cpu = append(r.wall, wall), append(r.cpu, cpu)
	return nil
}

// writeOnly writes files from memory, with two goroutines that do nothing else.
func writeOnly(from, to string) error {
	type file struct {
		path    string
		content []byte
	}
	var files []file
	var dirs []string
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if e.IsDir() {
			dirs = append(dirs, filepath.Join(to, name))
			return err
		}
		content, readErr := os.ReadFile(path)
		files = append(files, file{filepath.Join(to, name), content})
		return errors.Join(err, readErr)
	})
	if err != nil {
		return err
	}
	var group sync.WaitGroup
	var faults [2]error
	before, begin := ownTime(), time.Now()
	for _, d := range dirs {
		if err := os.Mkdir(d, 0o777); err != nil {
			return err
		}
	}
	for half := range faults {
		group.Go(func() {
			for _, f := range files[half*len(files)/2 : (half+1)*len(files)/2] {
				faults[half] = cmp.Or(faults[half], os.WriteFile(f.path, f.content, 0o666))
			}
		})
	}
	group.Wait()
	fmt.Println(time.Since(begin).Seconds(), ownTime()-before, len(files))
	return errors.Join(faults[:]...)
}

// ownTime is the processor time of this process so far.
func ownTime() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// print writes the table. The last columns say how many times as long Hugo
// took for the same: the median of the rounds' ratios.
func (b *race) print(w *os.File) {
	fmt.Fprintln(w, "| case | wall s | CPU s | MiB | files | files/s | Hugo ÷ it, wall / CPU |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- | --- |")
	for _, r := range b.cases {
		rival := b.result("Hugo, first build")
		if !strings.HasSuffix(r.name, "first build") {
			rival = b.result("Hugo, nothing changed")
		}
		ratio := fmt.Sprintf("%.1f / %.1f", median(quotients(rival.wall, r.wall)), median(quotients(rival.cpu, r.cpu)))
		memory := ""
		if len(r.memory) > 0 {
			memory = fmt.Sprintf("%.0f", median(r.memory))
		}
		if strings.HasPrefix(r.name, "limit") {
			ratio = ""
		}
		fmt.Fprintf(w, "| %s | %.3f | %.3f | %s | %d | %.0f | %s |\n", r.name, median(r.wall), median(r.cpu), memory, r.files, float64(r.files)/median(r.wall), ratio)
	}
}

func quotients(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return out
}

func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}
