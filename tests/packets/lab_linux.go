package packets

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Namespace is a network namespace without a name: it ends with the last file
// and thread that hold it, so at the latest with the process.
type Namespace struct {
	file *os.File // holds the namespace
	dir  string
}

// enter runs f on a thread inside the namespace. Sockets and programs that f
// makes stay there; the thread ends with f, so that none other gets there.
func (ns *Namespace) enter(f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // for good: a locked thread ends with its goroutine
		if err := unix.Setns(int(ns.file.Fd()), unix.CLONE_NEWNET); err != nil {
			done <- os.NewSyscallError("setns", err)
			return
		}
		done <- f()
	}()
	return <-done
}

// Exec runs a program inside the namespace, stdin as its input, and returns
// what it printed. The error of a program that fails carries that too.
func (ns *Namespace) Exec(ctx context.Context, stdin, name string, args ...string) (string, error) {
	var out bytes.Buffer
	err := ns.enter(func() error {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &out
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		cmd.Dir = ns.dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
		cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
		cmd.WaitDelay = 10 * time.Second // a program that another thread starts holds the pipes until it runs
		return cmd.Run()
	})
	if err != nil {
		return out.String(), fmt.Errorf("%s: %w\n%s", name, err, strings.TrimSpace(out.String()))
	}
	return out.String(), nil
}

// Dir is an empty folder of the namespace's own, there as long as the lab.
func (ns *Namespace) Dir() string { return ns.dir }

// forget drops the connections that the namespace tracks, as conntrack -F does.
func (ns *Namespace) forget() error {
	const ctDelete = unix.NFNL_SUBSYS_CTNETLINK<<8 | 2 // IPCTNL_MSG_CT_DELETE; of all, as it names none
	return ns.enter(func() error {
		fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_NETFILTER)
		if err != nil {
			return os.NewSyscallError("socket", err)
		}
		defer func() { _ = unix.Close(fd) }() // nothing was written
		if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 5}); err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
		request := binary.NativeEndian.AppendUint32(nil, unix.NLMSG_HDRLEN+4)
		request = binary.NativeEndian.AppendUint16(request, ctDelete)
		request = binary.NativeEndian.AppendUint16(request, unix.NLM_F_REQUEST|unix.NLM_F_ACK)
		request = append(request, make([]byte, 8+4)...) // sequence, port; nfgenmsg of every family
		if err := unix.Sendto(fd, request, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
			return os.NewSyscallError("sendto", err)
		}
		answer := make([]byte, 4096)
		n, _, err := unix.Recvfrom(fd, answer, 0)
		if err != nil {
			return os.NewSyscallError("recvfrom", err)
		}
		if n < unix.NLMSG_HDRLEN+4 {
			return errors.New("netlink answers too shortly")
		}
		if code := int32(binary.NativeEndian.Uint32(answer[unix.NLMSG_HDRLEN:])); code != 0 {
			return fmt.Errorf("forgetting connections: %w", syscall.Errno(-code))
		}
		return nil
	})
}

// settings are those of every namespace, below /proc/sys/net. New namespaces
// may take the machine's own instead of the kernel's.
var settings = []struct{ name, value string }{
	{"ipv6/conf/all/disable_ipv6", "0"},
	{"ipv6/conf/default/disable_ipv6", "0"},
	{"ipv6/conf/lo/disable_ipv6", "0"},
	{"ipv6/conf/default/accept_dad", "0"},
	{"ipv6/conf/default/accept_ra", "0"},
	{"ipv4/conf/all/rp_filter", "0"},
	{"ipv4/conf/default/rp_filter", "0"},
	// Many probes share a path: no answer of the kernel may go missing.
	{"ipv4/icmp_ratelimit", "0"},
	{"ipv6/icmp/ratelimit", "0"},
}

var routing = []struct{ name, value string }{
	{"ipv4/ip_forward", "1"},
	{"ipv6/conf/all/forwarding", "1"},
}

func newNamespace(dir string, router bool) (*Namespace, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	ns := &Namespace{dir: dir}
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		done <- func() error {
			if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
				return os.NewSyscallError("unshare", err)
			}
			file, err := os.Open("/proc/thread-self/ns/net")
			if err != nil {
				return err
			}
			ns.file = file
			set := settings
			if router {
				set = append(set[:len(set):len(set)], routing...)
			}
			for _, s := range set {
				if err := os.WriteFile("/proc/sys/net/"+s.name, []byte(s.value), 0); err != nil {
					return err
				}
			}
			return nil
		}()
	}()
	if err := <-done; err != nil {
		ns.close()
		return nil, err
	}
	return ns, nil
}

func (ns *Namespace) close() {
	if ns != nil && ns.file != nil {
		_ = ns.file.Close() // nothing was written
	}
}

// lab is a plan laid out.
type lab struct {
	plan   Plan
	dir    string
	router *Namespace
	nodes  []*Namespace // as in the plan
	owner  map[netip.Addr]*Namespace
}

// The router's address on each of its links. Only neighbours see it; the IPv4
// one is also the source of the router's own ICMP errors.
const (
	gateway4 = "192.0.0.8" // RFC 7600: the dummy address
	gateway6 = "fe80::1"
)

func newLab(ctx context.Context, plan Plan) (*lab, error) {
	dir, err := os.MkdirTemp("", "packets-")
	if err != nil {
		return nil, err
	}
	l := &lab{plan: plan, dir: dir, owner: map[netip.Addr]*Namespace{}}
	if err := l.lay(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("laying out the network: %w", err), l.close())
	}
	return l, nil
}

func (l *lab) lay(ctx context.Context) error {
	var err error
	if l.router, err = newNamespace(filepath.Join(l.dir, "router"), true); err != nil {
		return err
	}
	var links strings.Builder
	links.WriteString("link set lo up\n")
	for i, n := range l.plan.Nodes {
		ns, err := newNamespace(filepath.Join(l.dir, fmt.Sprint(i)), false)
		if err != nil {
			return err
		}
		l.nodes = append(l.nodes, ns)
		mtu := n.MTU
		if mtu == 0 {
			mtu = maxMTU
		}
		link := l.plan.link(i)
		fmt.Fprintf(&links, "link add %s mtu %d type veth peer name eth0 mtu %d netns /proc/%d/fd/%d\n", link, mtu, mtu, os.Getpid(), ns.file.Fd())
		fmt.Fprintf(&links, "link set %s addrgenmode none up\n", link)
		fmt.Fprintf(&links, "addr add %s/32 dev %s\naddr add %s/64 dev %s nodad\n", gateway4, link, gateway6, link)
		for _, a := range n.Addrs {
			l.owner[a] = ns
			fmt.Fprintf(&links, "route add %s dev %s\n", a, link)
		}
	}
	if _, err := l.router.Exec(ctx, links.String(), "ip", "-batch", "-"); err != nil {
		return err
	}
	for i, n := range l.plan.Nodes {
		if _, err := l.nodes[i].Exec(ctx, n.batch(), "ip", "-batch", "-"); err != nil {
			return err
		}
	}
	return nil
}

// batch sets a node's interface up. Of several IPv6 addresses the first alone is
// preferred, so that the kernel never picks another by itself.
func (n Node) batch() string {
	var b strings.Builder
	b.WriteString("link set lo up\nlink set eth0 addrgenmode none up\naddr add fe80::2/64 dev eth0 nodad\n")
	preferred := ""
	has4 := false
	for _, a := range n.Addrs {
		if a.Is4() {
			has4 = true
			fmt.Fprintf(&b, "addr add %s/32 dev eth0\n", a)
			continue
		}
		fmt.Fprintf(&b, "addr add %s/128 dev eth0 nodad %s\n", a, preferred)
		preferred = "preferred_lft 0"
	}
	if has4 {
		fmt.Fprintf(&b, "route add default via %s dev eth0 onlink advmss %d\n", gateway4, maxMTU-40)
	}
	fmt.Fprintf(&b, "route add default via %s dev eth0 advmss %d\n", gateway6, maxMTU-60)
	return b.String()
}

// filtered is where the rules are loaded.
func (l *lab) filtered() *Namespace {
	for i, n := range l.plan.Nodes {
		if n.Name == l.plan.Filtered {
			return l.nodes[i]
		}
	}
	return l.router
}

// at is the namespace that has an address.
func (l *lab) at(a netip.Addr) *Namespace {
	if a.IsLoopback() {
		return l.filtered()
	}
	return l.owner[a]
}

func (l *lab) close() error {
	l.router.close()
	for _, ns := range l.nodes {
		ns.close()
	}
	return os.RemoveAll(l.dir)
}
