package png

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"io"
)

// encode writes the picture. The standard library's encoder does not filter
// pictures with a palette; in a diagram most rows repeat the one above, and as
// differences from it they are packed in a quarter of the time, and smaller.
func (c *canvas) encode(w io.Writer) error {
	size := c.Rect.Size()
	head := binary.BigEndian.AppendUint32(nil, uint32(size.X))
	head = binary.BigEndian.AppendUint32(head, uint32(size.Y))
	head = append(head, 8, 3, 0, 0, 0) // bits of an index, a palette, deflate, filters by row, not interlaced
	var palette []byte
	for _, p := range c.Palette {
		r, g, b, _ := p.RGBA()
		palette = append(palette, byte(r>>8), byte(g>>8), byte(b>>8))
	}
	data, err := c.deflate()
	if err != nil {
		return err
	}
	out := append(make([]byte, 0, len(data)+len(palette)+100), "\x89PNG\r\n\x1a\n"...)
	for _, chunk := range []struct {
		name string
		data []byte
	}{{"IHDR", head}, {"PLTE", palette}, {"IDAT", data}, {"IEND", nil}} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(chunk.data)))
		from := len(out)
		out = append(append(out, chunk.name...), chunk.data...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
	}
	_, err = w.Write(out)
	return err
}

// deflate packs the rows, each as what it differs from the one above.
func (c *canvas) deflate() ([]byte, error) {
	const up = 2
	var b bytes.Buffer
	z, err := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	if err != nil {
		return nil, err
	}
	width := c.Rect.Dx()
	row, above := make([]byte, 1+width), make([]byte, width)
	row[0] = up
	for y := range c.Rect.Dy() {
		pix := c.Pix[y*c.Stride:][:width]
		if bytes.Equal(pix, above) {
			clear(row[1:])
		} else {
			for x, p := range pix {
				row[1+x] = p - above[x]
			}
		}
		if _, err := z.Write(row); err != nil {
			return nil, err
		}
		above = pix
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
