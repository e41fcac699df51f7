package pebble

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExplore(t *testing.T) {
	base := filepath.Join(t.TempDir(), "data")
	n := 0
	for range 3 {
		s, err := Open(base, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 300 {
			if err := put(t, s, fmt.Sprint(n), strings.Repeat(fmt.Sprint(n), 50)); err != nil {
				t.Fatal(err)
			}
			n++
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	filepath.Walk(base, func(p string, fi os.FileInfo, _ error) error { t.Log(p, fi.Size()); return nil })
	for _, f := range glob(t, base, "db/*") {
		b, _ := os.ReadFile(f)
		for _, how := range []string{"remove", "empty", "half", "tail", "flip0", "flip1", "flip2", "flip9", "zero"} {
			dir := filepath.Join(t.TempDir(), "copy")
			if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
				t.Fatal(err)
			}
			g := filepath.Join(dir, "db", filepath.Base(f))
			c := append([]byte{}, b...)
			if len(b) == 0 {
				continue
			}
			switch how {
			case "remove":
				os.Remove(g)
			case "empty":
				c = nil
			case "half":
				c = c[:len(c)/2]
			case "tail":
				c = c[:len(c)-3]
			case "flip0":
				c[0] ^= 0xff
			case "flip1":
				c[len(c)/3] ^= 1
			case "flip2":
				c[len(c)*2/3] ^= 1
			case "flip9":
				c[len(c)-1] ^= 1
			case "zero":
				for i := len(c) / 2; i < len(c); i++ {
					c[i] = 0
				}
			}
			if how != "remove" {
				os.WriteFile(g, c, 0o644)
			}
			func() {
				s, err := Open(dir, Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
				if err != nil {
					t.Logf("%s %s: REFUSED %v", filepath.Base(f), how, err)
					return
				}
				lost, errs := 0, map[string]int{}
				for i := range n {
					v, err := s.Reader(0).Get(t.Context(), fmt.Append(nil, i))
					if err == nil && string(v) == strings.Repeat(fmt.Sprint(i), 50) {
						continue
					}
					if err == nil {
						err = fmt.Errorf("wrong value")
					}
					lost++
					errs[err.Error()]++
				}
				t.Logf("%s %s: lost %d %v", filepath.Base(f), how, lost, errs)
				s.Close()
			}()
		}
	}
}
