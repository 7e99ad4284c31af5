package packets

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/sys/unix"

	"portolan/generator/netspec"
)

const (
	concurrent = 128                    // probes under way at a time, each on a thread
	patience   = time.Second            // for what must come through without rules
	minWait    = 300 * time.Millisecond // for what must not come through
	maxWait    = time.Second
	lateWait   = 3 * time.Second // for what did not come through, but should have
	bulk       = 6000            // bytes of a bulk probe, several packets of maxMTU
)

// result is what became of a probe.
type result struct {
	got    Outcome
	detail string
	took   time.Duration // until the answer, when open
}

// service is what a probe needs at its destination: a listener on a port, or
// one for all packets of a protocol without port.
type service struct {
	transport netspec.Transport
	addr      netip.AddrPort
}

func (p Probe) source() service {
	return service{p.Transport, netip.AddrPortFrom(p.From, p.SrcPort)}
}

func (p Probe) destination() service {
	end := p.end()
	if p.Transport != netspec.TCP && p.Transport != netspec.UDP {
		end = netip.AddrPortFrom(end.Addr(), 0)
	}
	return service{p.Transport, end}
}

// pinned tells whether the probe binds a port that a listener could hold.
func (p Probe) pinned() bool {
	return p.SrcPort != 0 && (p.Transport == netspec.TCP || p.Transport == netspec.UDP)
}

// flow is the connection that a firewall takes the probe for, whoever began it;
// false for a probe that has one of its own (its source port or ICMP id is).
func (p Probe) flow() (flow [2]service, ok bool) {
	if p.Transport == netspec.ICMP || p.Transport == netspec.ICMPv6 || p.Transport.HasPorts() && p.SrcPort == 0 {
		return flow, false
	}
	a, b := p.source(), service{p.Transport, p.end()}
	if b.addr.Compare(a.addr) < 0 {
		a, b = b, a
	}
	return [2]service{a, b}, true
}

// round is a set of probes, by their places in the list, that go well together:
// none sends from a port that another's listener holds, and no two are packets
// of one connection.
type round struct {
	probes    []int
	listeners map[service]bool
	sources   map[service]bool
	flows     map[[2]service]bool
}

func (r *round) takes(p Probe) bool {
	flow, fixed := p.flow()
	return !r.sources[p.destination()] && !(p.pinned() && r.listeners[p.source()]) && !(fixed && r.flows[flow])
}

func rounds(probes []Probe) []*round {
	var out []*round
	for i, p := range probes {
		var into *round
		for _, r := range out {
			if r.takes(p) {
				into = r
				break
			}
		}
		if into == nil {
			into = &round{listeners: map[service]bool{}, sources: map[service]bool{}, flows: map[[2]service]bool{}}
			out = append(out, into)
		}
		into.probes = append(into.probes, i)
		into.listeners[p.destination()] = true
		if p.pinned() {
			into.sources[p.source()] = true
		}
		if flow, fixed := p.flow(); fixed {
			into.flows[flow] = true
		}
	}
	return out
}

// run sends all probes of a lab, each waiting so long for its answer. An error
// is a fault of the lab, not of the rules.
func (l *lab) run(ctx context.Context, probes []Probe, wait time.Duration) ([]result, error) {
	results := make([]result, len(probes))
	for i, r := range rounds(probes) {
		if i > 0 {
			// A packet of a connection that the round before opened would pass
			// as an answer.
			if err := l.filtered().forget(); err != nil {
				return nil, err
			}
		}
		if err := l.round(ctx, r, probes, results, wait); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// again sends what should have come through and did not once more, when all
// else is done and forgotten, and puts the new results in the place of the old.
func (l *lab) again(ctx context.Context, probes []Probe, results []result) error {
	var missed []Probe
	var places []int
	for i, p := range probes {
		if p.Want == Open && results[i].got != Open {
			missed, places = append(missed, p), append(places, i)
		}
	}
	if len(missed) == 0 {
		return nil
	}
	if err := l.filtered().forget(); err != nil {
		return err
	}
	second, err := l.run(ctx, missed, lateWait)
	if err != nil {
		return err
	}
	for n, i := range places {
		results[i] = second[n]
	}
	return nil
}

func (l *lab) round(ctx context.Context, r *round, probes []Probe, results []result, wait time.Duration) (err error) {
	arrived := make([]atomic.Bool, len(probes))
	var listeners []io.Closer
	defer func() {
		for _, c := range listeners {
			err = errors.Join(err, c.Close())
		}
	}()
	for s := range r.listeners {
		var c io.Closer
		err := unheld(func() error {
			return l.at(s.addr.Addr()).enter(func() (err error) {
				c, err = listen(ctx, s, func(probe uint32) {
					if probe < uint32(len(arrived)) {
						arrived[probe].Store(true)
					}
				})
				return err
			})
		})
		if err != nil {
			return fmt.Errorf("listening on %s %s: %w", s.transport, s.addr, err)
		}
		if c != nil {
			listeners = append(listeners, c)
		}
	}

	faults := make([]error, len(r.probes))
	places := make(chan struct{}, concurrent)
	var all sync.WaitGroup
	for at, i := range r.probes {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			p := probes[i]
			results[i], faults[at] = l.send(ctx, p, i, wait)
			if p.Want == Open && results[i].got != Open && faults[at] == nil {
				results[i], faults[at] = l.send(ctx, p, i, 3*wait) // it may have been lost on a busy machine
			}
			if results[i].got == Closed && arrived[i].Load() {
				results[i].got = Half
			}
		})
	}
	all.Wait()
	return errors.Join(faults...)
}

// send sends one probe. An error is a fault of the lab; what the network says
// is a result.
func (l *lab) send(ctx context.Context, p Probe, number int, wait time.Duration) (result, error) {
	if err := ctx.Err(); err != nil {
		return result{}, err
	}
	var res result
	var start time.Time
	err := unheld(func() error {
		start = time.Now()
		return l.at(p.From).enter(func() (err error) {
			deadline := start.Add(wait)
			switch p.Transport {
			case netspec.TCP:
				res.got, err = p.sendTCP(ctx, deadline)
			case netspec.UDP:
				err = p.sendUDP(ctx, deadline, number)
			case netspec.ICMP, netspec.ICMPv6:
				err = p.sendEcho(deadline, number)
			default:
				err = p.sendRaw(deadline, number)
			}
			return err
		})
	})
	var call *os.SyscallError
	switch {
	case err == nil:
		res.got, res.took = Open, time.Since(start)
	case errors.As(err, &call) && (call.Syscall == "bind" || call.Syscall == "socket" || call.Syscall == "setns" || call.Syscall == "setsockopt"),
		errors.Is(err, syscall.EADDRNOTAVAIL):
		return res, fmt.Errorf("%s: %w", p, err)
	default:
		res.detail = reason(err)
	}
	return res, nil
}

// unheld tries again while an address is taken: a program that another thread
// starts has copies of all sockets until it runs, also of those closed since.
func unheld(f func() error) error {
	for range 100 {
		if err := f(); !errors.Is(err, syscall.EADDRINUSE) && !errors.Is(err, syscall.EADDRNOTAVAIL) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return f()
}

// reason tells shortly why a probe got no answer.
func reason(err error) string {
	var number syscall.Errno
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return "no answer"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.EPERM), errors.Is(err, syscall.EACCES):
		return "not permitted"
	case errors.As(err, &number):
		return number.Error()
	}
	return err.Error()
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// dialer binds the probe's source. Its sockets share a source port with those
// to other destinations, and leave nothing behind when they are closed, however
// far they came: the next try may need the same ports.
func (p Probe) dialer(deadline time.Time, local net.Addr) *net.Dialer {
	return &net.Dialer{LocalAddr: local, Deadline: deadline, Control: func(_, _ string, c syscall.RawConn) error {
		var err error
		fault := c.Control(func(fd uintptr) {
			if p.SrcPort != 0 {
				err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
			}
			if err == nil {
				err = unix.SetsockoptLinger(int(fd), unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
			}
		})
		return errors.Join(fault, os.NewSyscallError("setsockopt", err))
	}}
}

func family(base string, a netip.Addr) string {
	if a.Is4() {
		return base + "4"
	}
	return base + "6"
}

func (p Probe) sendTCP(ctx context.Context, deadline time.Time) (Outcome, error) {
	local := net.TCPAddrFromAddrPort(netip.AddrPortFrom(p.From, p.SrcPort))
	conn, err := p.dialer(deadline, local).DialContext(ctx, family("tcp", p.To), netip.AddrPortFrom(p.To, p.DstPort).String())
	if err != nil {
		return Closed, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(deadline); err != nil {
		return Half, err
	}
	size := 8
	if p.Bulk {
		size = bulk
	}
	if _, err := conn.Write(make([]byte, size)); err != nil {
		return Half, err
	}
	_, err = io.ReadFull(conn, make([]byte, size))
	return Half, err // Open without an error
}

// abort closes a connection at once, however far it came.
func abort(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // where it fails, the close waits
	}
	_ = conn.Close() // the probe is over
}

func (p Probe) sendUDP(ctx context.Context, deadline time.Time, number int) error {
	local := net.UDPAddrFromAddrPort(netip.AddrPortFrom(p.From, p.SrcPort))
	conn, err := p.dialer(deadline, local).DialContext(ctx, family("udp", p.To), netip.AddrPortFrom(p.To, p.DstPort).String())
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	if _, err := conn.Write(binary.BigEndian.AppendUint32(nil, uint32(number))); err != nil {
		return err
	}
	buf := make([]byte, 64)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return err
		}
		if n == 4 && binary.BigEndian.Uint32(buf) == uint32(number) {
			return nil
		}
	}
}

func (p Probe) sendEcho(deadline time.Time, number int) error {
	network, proto := "ip4:icmp", 1
	var request, reply icmp.Type = ipv4.ICMPTypeEcho, ipv4.ICMPTypeEchoReply
	if p.To.Is6() {
		network, proto = "ip6:ipv6-icmp", 58
		request, reply = ipv6.ICMPTypeEchoRequest, ipv6.ICMPTypeEchoReply
	}
	conn, err := icmp.ListenPacket(network, p.From.String())
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	text, err := (&icmp.Message{Type: request, Body: &icmp.Echo{ID: number, Seq: 1, Data: []byte("packets")}}).Marshal(nil)
	if err != nil {
		return err
	}
	if _, err := conn.WriteTo(text, &net.IPAddr{IP: p.To.AsSlice()}); err != nil {
		return err
	}
	buf := make([]byte, maxMTU)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return err
		}
		m, err := icmp.ParseMessage(proto, buf[:n])
		if err != nil || m.Type != reply || from.String() != p.To.String() {
			continue
		}
		if echo, ok := m.Body.(*icmp.Echo); ok && echo.ID == number {
			return nil
		}
	}
}

// listen answers what comes to a service and tells the number of each packet
// that carries one. ICMP needs nobody: it returns nil.
func listen(ctx context.Context, s service, arrived func(probe uint32)) (io.Closer, error) {
	switch s.transport {
	case netspec.ICMP, netspec.ICMPv6:
		return nil, nil
	case netspec.TCP:
		var config net.ListenConfig
		config.SetMultipathTCP(false)
		l, err := config.Listen(ctx, family("tcp", s.addr.Addr()), s.addr.String())
		if err != nil {
			return nil, err
		}
		e := &echoer{listener: l}
		e.all.Go(e.serve)
		return e, nil
	case netspec.UDP:
		conn, err := net.ListenUDP(family("udp", s.addr.Addr()), net.UDPAddrFromAddrPort(s.addr))
		if err != nil {
			return nil, err
		}
		go echoUDP(conn, arrived)
		return conn, nil
	}
	return listenRaw(s, arrived)
}

func echoUDP(conn *net.UDPConn, arrived func(uint32)) {
	buf := make([]byte, 64)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil || n != 4 {
			continue
		}
		arrived(binary.BigEndian.Uint32(buf))
		_, _ = conn.WriteToUDPAddrPort(buf[:n], from) // an answer that rules stop is what the probe is to see
	}
}

// echoer is a TCP listener that sends back what it gets.
type echoer struct {
	listener net.Listener
	all      sync.WaitGroup
	mu       sync.Mutex
	conns    []net.Conn
	closed   bool
}

func (e *echoer) serve() {
	for {
		conn, err := e.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		e.mu.Lock()
		if e.closed {
			abort(conn)
		} else {
			e.conns = append(e.conns, conn)
			e.all.Go(func() {
				_, _ = io.Copy(conn, conn) // ends as the probe does
				abort(conn)
			})
		}
		e.mu.Unlock()
	}
}

// Close ends the listener and all its connections.
func (e *echoer) Close() error {
	err := e.listener.Close()
	e.mu.Lock()
	e.closed = true
	for _, c := range e.conns {
		abort(c)
	}
	e.mu.Unlock()
	e.all.Wait()
	return err
}
