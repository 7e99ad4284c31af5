package packets

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"net"
	"net/netip"
	"strconv"
	"time"

	"portolan/generator/netspec"
)

// Protocols other than TCP, UDP and ICMP are spoken through raw sockets, so that
// the kernel need not know them: firewalls look at packets only.

// sendRaw sends one packet and waits for its answer.
func (p Probe) sendRaw(deadline time.Time, number int) error {
	network := rawNetwork(p.Transport, p.To)
	conn, err := net.DialIP(network, &net.IPAddr{IP: p.From.AsSlice()}, &net.IPAddr{IP: p.To.AsSlice()})
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	request := plainPacket('Q', number)
	if p.Transport == netspec.SCTP {
		src := p.SrcPort
		if src == 0 {
			src = 40000 + uint16(number) // at most 40000 + maxProbes
		}
		request = sctpInit(src, p.DstPort, number)
	}
	if _, err := conn.Write(request); err != nil {
		return err
	}
	want := answer(p.Transport, request)
	buf := make([]byte, maxMTU)
	for {
		n, _, err := conn.ReadFrom(buf)
		if err != nil {
			return err
		}
		if bytes.Equal(buf[:n], want) {
			return nil
		}
	}
}

// listenRaw answers every request of a protocol that comes to an address.
func listenRaw(s service, arrived func(probe uint32)) (io.Closer, error) {
	conn, err := net.ListenIP(rawNetwork(s.transport, s.addr.Addr()), &net.IPAddr{IP: s.addr.Addr().AsSlice()})
	if err != nil {
		return nil, err
	}
	go func() {
		buf := make([]byte, maxMTU)
		for {
			n, from, err := conn.ReadFrom(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue
			}
			reply := answer(s.transport, buf[:n])
			if reply == nil {
				continue
			}
			arrived(binary.BigEndian.Uint32(buf[16:]) &^ notZero)
			_, _ = conn.WriteTo(reply, from) // an answer that rules stop is what the probe is to see
		}
	}()
	return conn, nil
}

// answer is the answer to a request, nil to anything else.
func answer(t netspec.Transport, request []byte) []byte {
	if t != netspec.SCTP {
		if len(request) != 20 || request[4] != 'Q' {
			return nil
		}
		reply := bytes.Clone(request)
		reply[4] = 'A'
		return reply
	}
	if len(request) != 32 || request[12] != 1 {
		return nil
	}
	reply := append(bytes.Clone(request), 0, 7, 0, 8, 'p', 'a', 'c', 'k') // the state cookie
	copy(reply[0:2], request[2:4])
	copy(reply[2:4], request[0:2])
	copy(reply[4:8], request[16:20]) // the tag that the initiator asked for
	reply[12] = 2
	binary.BigEndian.PutUint16(reply[14:], 28)
	return sctpSum(reply)
}

// plainPacket begins as an ESP packet or as a GRE packet of version 0 with an
// experimental payload, either of which a firewall takes for sound.
func plainPacket(kind byte, number int) []byte {
	b := []byte{0, 0, 0x88, 0xb5, kind, 15: 0}
	return binary.BigEndian.AppendUint32(b, uint32(number))
}

const notZero = 1 << 31 // an SCTP tag must not be zero

// sctpInit is an INIT chunk in a packet (RFC 9260, section 3.3.2). Its tag
// carries the probe's number.
func sctpInit(src, dst uint16, number int) []byte {
	b := binary.BigEndian.AppendUint16(nil, src)
	b = binary.BigEndian.AppendUint16(b, dst)
	b = append(b, 0, 0, 0, 0, 0, 0, 0, 0) // verification tag, checksum
	b = append(b, 1, 0, 0, 20)
	b = binary.BigEndian.AppendUint32(b, uint32(number)|notZero)
	b = append(b, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1) // window, streams, first TSN
	return sctpSum(b)
}

func sctpSum(b []byte) []byte {
	clear(b[8:12])
	binary.LittleEndian.PutUint32(b[8:], crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
	return b
}

func rawNetwork(t netspec.Transport, a netip.Addr) string {
	return family("ip", a) + ":" + strconv.Itoa(int(t.Number()))
}
