package jsonata

import "testing"

// FuzzPictures asks every function with a picture: none of them may panic, or go on when the budget is used up.
func FuzzPictures(f *testing.F) {
	for _, picture := range []string{"#,##0.00;(0)", "0.0e0", "Ww;o", "I", "#;##,0", isoPicture, "[YNn,2-*][[[D1o]", "[Z0101t]", "[Y,9-9999]"} {
		f.Add(picture, 1234.5, "2018-03-23")
	}
	f.Fuzz(func(t *testing.T, picture string, n float64, s string) {
		budget := &thrifty{left: 1 << 20}
		symbols := defaultSymbols()
		symbols.set("zero-digit", s)
		_ = outcome(formatNumber(n, picture, defaultSymbols(), budget))
		_ = outcome(formatNumber(n, picture, symbols, budget))
		if p, err := compileIntegerPicture(picture); err == nil {
			_ = outcome(p.format(n, budget))
			if _, err := p.parse(s); err != nil && outcome("", err) != "D3130" {
				t.Errorf("%q as %q: %v", s, picture, err)
			}
		}
		if p, err := compileDatePicture(picture, budget); err == nil {
			_ = outcome(p.formatTime(n, parseZone(s), budget))
			if _, _, err := p.parseTime(s, n, budget); err != nil && outcome("", err) == "" {
				t.Errorf("%q as %q: %v", s, picture, err)
			}
		}
	})
}
